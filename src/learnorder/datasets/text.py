"""Texts as rows of word numbers."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import regex

from learnorder.datasets.canonical import PADDING, UNKNOWN, Dataset, Split

# Signs of scripts without spaces: each, with its marks, is a word, since where words end there, dictionaries tell.
SIGN = r"[\p{Han}\p{Hiragana}\p{Line_Break=Complex_Context}]"
KATAKANA = r"[\p{Katakana}ー]"
# Of all other scripts: letters and digits, which marks and joiners may follow.
LETTER = rf"[[\p{{L}}\p{{N}}]--{SIGN}--{KATAKANA}]"
EMOJI = r"[\p{Emoji_Presentation}[\p{Extended_Pictographic}--[\0-\u25ff]]]"
# A word may end as the names of C++, C# and F# do. No other sign is a part of a word.
WORD = regex.compile(
    rf"{SIGN}\p{{M}}*"
    rf"|{KATAKANA}[{KATAKANA}\p{{M}}]*"
    rf"|{LETTER}[{LETTER}\p{{M}}\u200c\u200d]*(?:[+#]+(?!\w))?"
    rf"|(?={EMOJI})\X",
    regex.V1,
)
NOT_WORDS = {PADDING: "<pad>", UNKNOWN: "<unknown>"}


def words(text: str) -> list[str]:
    """The words of a text, lower-cased: runs of letters and digits, so that `snake_case` is two; see `WORD`."""
    return WORD.findall(unicodedata.normalize("NFC", text).lower())


def vocabulary(texts: Sequence[Sequence[str]], size: int) -> list[str]:
    """The word of each number: padding, the unknown word, then the `size` commonest words of the texts.

    Words that are as common as each other stand in alphabetical order.
    """
    counts = Counter(word for text in texts for word in text)
    commonest = sorted(counts, key=lambda word: (-counts[word], word))[:size]
    return [NOT_WORDS[number] for number in sorted(NOT_WORDS)] + commonest


def encode(texts: Sequence[Sequence[str]], vocabulary: Sequence[str], length: int) -> np.ndarray:
    """Numbers of the first `length` words of each text, uint16, n × length, padded at the end.

    A text without words is one unknown word: attention over padding alone is not defined.
    """
    number = {word: number for number, word in enumerate(vocabulary)}
    rows = np.full((len(texts), length), PADDING, dtype=np.uint16)
    for row, text in zip(rows, texts, strict=True):
        kept = [number.get(word, UNKNOWN) for word in text[:length]] or [UNKNOWN]
        row[: len(kept)] = kept
    return rows


def dataset(
    texts: Sequence[Sequence[str]], labels: np.ndarray, source: np.ndarray, test: np.ndarray, entry: dict
) -> Dataset:
    """Dataset of texts, given as lists of words; the rows `test` are its test split, the others its train split.

    The vocabulary is that of the train split alone. `entry`: its `classes`, `length` and `words`.
    """
    rows = {"train": np.setdiff1d(np.arange(len(texts)), test), "test": test}
    words_of = vocabulary([texts[row] for row in rows["train"]], entry["words"])
    splits = {
        split: Split(
            encode([texts[row] for row in chosen], words_of, entry["length"]), labels[chosen], source[chosen]
        )
        for split, chosen in rows.items()
    }
    return Dataset(splits, entry["classes"], vocabulary=words_of)
