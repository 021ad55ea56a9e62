"""An entry of the catalogue of architectures."""

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from learnorder.study.fields import Count, File, Model, Positive, Text, by_type

Colour = Literal["blue", "orange", "green", "purple", "brown", "grey", "red"]
"""Colours that the colour-blind tell apart, and that print."""
Marker = Literal["o", "s", "D", "^", "v", "P", "X", "<", ">", "*", "p", "h"]


class Architecture(Model):
    """A network, or a learner that is none."""

    description: str = None
    """What it is and where it comes from."""
    library: Literal["learnorder", "timm", "torchvision", "scikit-learn"] = "learnorder"
    """Where the model is defined; scikit-learn has the learners that are no networks."""
    model: Text
    """Name of the model in its library, such as `mlp` or timm's `resnet18`."""
    takes: Literal["images", "text"] = "images"
    """What it classifies."""
    smallest: Count = 1
    """Smallest height and width of an image that it can take, in pixels."""
    stem: Literal["own", "small"] = "own"
    """`small` takes away the downsampling of the first layers, for images of 28 to 64 pixels; `own` leaves the
    model as its library has it."""
    stacked: Annotated[int, Field(ge=1, le=100)] = 1
    """Number of networks that a CPU trains side by side, as one wide network: seeds from each multiple of it. Part
    of the recipe, since it may change the last bits; a GPU measures what is best. For networks of linear,
    convolutional and batch normalisation layers whose channels are never joined or reordered."""
    options: dict[str, Any] = {}
    """Arguments of the model beside the number of classes and the shape of the input."""
    weights: Annotated[
        Annotated[Literal["pretrained"], Tag("string")] | Annotated[File, Tag("object")],
        by_type(string=str, object=dict),
    ] = None
    """Weights that every network starts from. `pretrained`: those that timm or torchvision publishes for the
    model, downloaded once, from mirrors first; known by the digits of their SHA-256 in the file's name. Or a file:
    a state dict of the same model, as .safetensors or as torch saves it, in the working directory or on mirrors.
    The last linear layer is not taken from it, each seed draws its own."""
    features: Text = None
    """Of a learner of scikit-learn: name of a dataset with `reader: extracted`, from whose features it learns in
    place of the pixels of the dataset that they are `of`."""
    multiply_adds_per_pixel: Positive = None
    """Multiply-adds of classifying an example, per pixel of an image or word of a text, roughly. Times and
    `seeds_per_job: auto` are estimated from it; no result follows from it. Without it they are counted, once."""
    colour: Colour = None
    """Its colour in all figures. Without it, or without `marker`, the name of the architecture decides."""
    marker: Marker = None
    """Its marker in all figures, by its name in matplotlib."""
