"""Finding recordings for the library: what lies under the dropped paths, with length or reason, in one request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .project import Source


@dataclass(frozen=True)
class ScanRequest:
    """Look at files and folders that were dropped or named; folders recursively."""

    paths: tuple[str, ...]

    def run(self) -> tuple[Source, ...]:
        """Each recording with its facts, or with the sentence that says why it cannot be used."""
        from .files.probe import FileRefused
        from .files.scan import scan

        found: list[Source] = []
        for path in self.paths:
            try:
                found.extend(_looked_at(one.path, one.source_id, one.label) for one in scan([path]))
            except FileRefused as error:
                found.append(Source(path, Path(path).name, error=str(error)))
        return tuple(found)


def _looked_at(path: str, source_id: str, label: str) -> Source:
    from .files.probe import FileRefused, probe

    try:
        return Source(path, source_id, label, probe(path))
    except FileRefused as error:
        return Source(path, source_id, label, error=str(error))


@dataclass(frozen=True)
class DemoRequest:
    """Make the demo clip in a folder of the program's own, and look at it."""

    folder: str

    def run(self) -> tuple[Source, ...]:
        """The clip as a library row."""
        from .demo import write_demo

        return ScanRequest((str(write_demo(Path(self.folder))),)).run()


@dataclass(frozen=True)
class CheckRequest:
    """Decode recordings from end to end: what a header announces is not always there."""

    paths: tuple[str, ...]

    def run(self) -> dict[str, str]:
        """The damaged ones, with a sentence each."""
        from .files.decode import open_blocks
        from .files.probe import FileRefused

        damaged: dict[str, str] = {}
        for path in self.paths:
            try:
                for _block in open_blocks(path)[1]:
                    pass
            except FileRefused as error:
                damaged[path] = str(error)
        return damaged
