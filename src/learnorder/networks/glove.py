"""GloVe vectors from a text file: a word a line, then its numbers, separated by single spaces.

Source: Pennington, Socher, Manning 2014. The same layout is that of most other files of word vectors.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch

from learnorder.errors import UserError

SPECIAL = 2
"""The first words of a vocabulary are padding and the unknown word, which no file has."""


# Each network of a collection asks for the same vectors, out of a file of up to gigabytes.
@lru_cache(maxsize=1)
def read(path: str | Path, vocabulary: tuple[str, ...], width: int) -> dict[int, torch.Tensor]:
    """Vectors of the words of the vocabulary that the file has, by their place in the vocabulary.

    Raises a `UserError` that names file and line if one has not `width` numbers, and if the file has no word.
    """
    rows = {word: row for row, word in enumerate(vocabulary) if row >= SPECIAL}
    found: dict[int, torch.Tensor] = {}
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                word, *numbers = line.rstrip("\n ").rsplit(" ", width)
                extra = sum(map(_is_number, word.split(" ")[1:]))
                if len(numbers) != width or extra:
                    raise UserError(
                        f"{path}, line {number} has {len(numbers) + extra} numbers; allowed: as many as "
                        f"the option embedding says, {width}"
                    )
                if word in rows:
                    found[rows[word]] = _numbers(path, number, numbers)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"option glove is '{path}' ({error}); allowed: a text file of word vectors") from None
    if not found:
        raise UserError(
            f"{path} has none of the {len(rows)} words of the vocabulary; allowed: vectors of its language "
            "(and capitals), or no option glove"
        )
    return found


def _numbers(path: str | Path, line: int, numbers: Sequence[str]) -> torch.Tensor:
    try:
        return torch.tensor([float(number) for number in numbers])
    except ValueError as error:
        raise UserError(f"{path}, line {line} has a {error}; allowed: a word, then numbers") from None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
