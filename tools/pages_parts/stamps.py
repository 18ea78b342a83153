"""What a picture in the docs was made from, as a short hash: another one means that the picture is to be made anew."""

from __future__ import annotations

import hashlib
import json

from engine import preset_data
from engine.catalogue import describe
from engine.chain import Chain
from engine.transform import Transform

PICTURES = 1
"""Raised when pictures are drawn otherwise."""


def of_transform(kind: type[Transform]) -> str:
    """Changes with the transform's version and with its numbers, not with its words."""
    numbers = [
        {name: param.get(name) for name in ("name", "default", "low", "high", "typical", "options")}
        for param in describe(kind)["parameters"]
    ]
    return _hash([PICTURES, kind.__name__, kind.version, numbers])


def of_chain(chain: Chain) -> str:
    """Changes with all that the preset does."""
    data = {name: value for name, value in preset_data.to_data(chain).items() if name not in ("name", "description")}
    return _hash([PICTURES, data])


def _hash(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
