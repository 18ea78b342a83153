"""What the files of an export are called: built by us from the sources' ids, never taken over as they are."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

BYTES_MAX = 200
_UNSAFE = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_LEADING = re.compile(r"^[-.=+@ ]+")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def stems(source_ids: Sequence[str]) -> dict[str, str]:
    """The path of each source's outputs below the folder, without variant and suffix.

    Where two sources of a folder would share a stem (`a.wav`, `a.flac`), both keep their extension.
    """
    chosen = {source: _stem(source) for source in source_ids}
    while True:
        count = Counter(chosen.values())
        shared = [source for source, stem in chosen.items() if count[stem] > 1 and stem != _safe(source)]
        if not shared:
            return chosen
        chosen |= {source: _safe(source) for source in shared}


def output_name(stem: str, variant: int, suffix: str) -> str:
    """The name of one output; variant 0 is the original."""
    return f"{stem}.orig{suffix}" if variant == 0 else f"{stem}__v{variant}{suffix}"


def _stem(source: str) -> str:
    path = PurePosixPath(source)
    return _safe(str(path.with_name(path.stem)))


def _safe(source: str) -> str:
    """A relative path that every file system takes; what had to be changed is marked by a hash of the original."""
    return "/".join(_safe_part(part) for part in source.split("/") if part not in ("", ".", ".."))


def _safe_part(part: str) -> str:
    safe = _UNSAFE.sub("_", part)
    safe = _LEADING.sub("_", safe).rstrip(". ") or "_"
    if _RESERVED.match(safe):
        safe = f"_{safe}"
    encoded = safe.encode()
    if len(encoded) > BYTES_MAX:
        safe = encoded[: BYTES_MAX - 10].decode(errors="ignore")
    if safe == part:
        return safe
    mark = hashlib.blake2b(part.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    return f"{safe}~{mark}"
