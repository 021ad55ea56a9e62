"""Data inside a page: arrays and texts, deflated and as base64, in script elements that no browser runs.

A browser unpacks an element when it is first looked at, so that a page of many collections opens at once.
"""

import base64
import html
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def element(name: str, content: str, **attributes: str) -> str:
    """A script element, of an id, that only holds text."""
    said = "".join(f' data-{key}="{html.escape(value)}"' for key, value in attributes.items())
    return f'<script type="text/plain" id="{html.escape(name)}"{said}>{content}</script>'


def arrays(name: str, named: Mapping[str, np.ndarray]) -> str:
    """Arrays by name, end to end (little-endian); the element says the name, type and length of each."""
    layout = [[key, _typed_array(array.dtype), array.size] for key, array in named.items()]
    content = b"".join(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in named.values())
    return element(name, _deflated(content), layout=json.dumps(layout))


def texts(name: str, words: Sequence[str]) -> str:
    """A list of texts."""
    return element(name, _deflated(json.dumps(list(words), ensure_ascii=False).encode()))


def files(name: str, contents: Sequence[bytes]) -> str:
    """Small files that are packed already, a line each."""
    return element(name, "\n".join(base64.b64encode(content).decode() for content in contents))


def described(name: str, value: Any) -> str:
    """What has no size to speak of, as JSON."""
    return element(name, json.dumps(value).replace("<", "\\u003c"))


def smallest(numbers: np.ndarray) -> np.ndarray:
    """Counts in the smallest unsigned type."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _typed_array(dtype: np.dtype) -> str:
    """What JavaScript calls arrays of this type."""
    return {"u": "Uint", "f": "Float"}[dtype.kind] + f"{8 * dtype.itemsize}Array"


def _deflated(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()
