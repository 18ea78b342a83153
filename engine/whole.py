"""Text files that are written beside and then into their place: whole or not at all, whatever ends the writing."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def whole_file(path: Path, *, durable: bool = True, rivals: bool = False) -> Iterator[TextIO]:
    """A file that takes the place of `path` when the block ends well; its folder is made. Raises `OSError`.

    `durable` waits until the disk has it. `rivals` is for what several processes or threads may write at once: none
    takes another's unfinished file for its own; without it the file that a killed writer left makes way.
    """
    part = path.with_name(f"{path.name}.{f'{os.getpid()}-{threading.get_ident()}.' if rivals else ''}part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    try:
        with open(part, "x", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str, *, durable: bool = True, rivals: bool = False) -> None:
    """Write a text in the place of a file; see `whole_file`."""
    with whole_file(path, durable=durable, rivals=rivals) as file:
        file.write(text)
