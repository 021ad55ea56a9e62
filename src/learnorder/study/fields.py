"""What the keys of a configuration are made of: names, counts, shares, files."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field

Value = TypeVar("Value")


class Model(BaseModel):
    """Keys and what is allowed for each. Those that are not given and have no default are left out."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


def _each_once(values: list[Value]) -> list[Value]:
    if any(value in values[:number] for number, value in enumerate(values)):
        raise ValueError
    return values


def by_type(**tags: type) -> Discriminator:
    """Of a union, the part whose tag is the type of a value, by what JSON calls it; else the last."""
    *known, (last, _) = tags.items()
    return Discriminator(lambda value: next((tag for tag, kind in known if isinstance(value, kind)), last))


ONCE = AfterValidator(_each_once), Field(json_schema_extra={"uniqueItems": True})
Once = Annotated[list[Value], *ONCE]
NAME = "^[a-z0-9][a-z0-9_.-]*$"
Name = Annotated[str, Field(pattern=NAME)]
Names = Annotated[
    list[str],
    BeforeValidator(lambda names: [names] if isinstance(names, str) else names),
    *ONCE,
    Field(min_length=1, json_schema_extra={"type": ["string", "array"], "uniqueItems": True}),
]
"""One name or several."""
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Probability = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
"""A share that cannot be all."""
Fraction = Annotated[float, Field(gt=0, lt=1)]
Seed = Annotated[int, Field(ge=0)]
Side = Annotated[int, Field(ge=8)]
"""Height and width of an image in pixels."""
Shape = Annotated[list[Count], Field(min_length=3, max_length=3)]
"""Channels, height and width of an image."""
Classes = Annotated[Once[str], Field(min_length=2)]
Networks = Annotated[int, Field(ge=2, le=1000)]
Addresses = list[Annotated[str, Field(pattern="^https?://")]]
Contents = dict[str, Annotated[str, Field(pattern="^(sha256:[0-9a-f]{64}|md5:[0-9a-f]{32})$")]]


class Splits(Model):
    """A number of examples of each split."""

    train: Count
    test: Count


class File(Model):
    """A file that is known by its checksum."""

    name: str
    """Name of the file, at the official addresses and on mirrors."""
    sha256: Annotated[list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]], Field(min_length=1)]
    """SHA-256 of the published file, then of faithful repacks of the same content."""
