"""What an export leaves beside its sound: the manifest, the dataset's table, the chain and the log.

The manifest is one JSON object a line, sorted by source and variant, with nothing in it that a second run would
write differently. Times and absolute paths go to the log, which is JSON lines too.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.jsonl"
METADATA = "metadata.csv"
CHAIN = "chain.yaml"
LOG = "export.log"

COLUMNS = ("label", "source", "variant", "seed", "sample_rate", "channels", "frames", "peak", "loudness", "unchanged")


class ManifestError(Exception):
    """A manifest that cannot be used; the message is one sentence."""


def manifest_text(lines: Iterable[Mapping[str, Any]]) -> str:
    """The manifest of these lines, sorted."""
    ordered = sorted(lines, key=lambda line: (line["source"], line["variant"]))
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in ordered)


def metadata_text(lines: Iterable[Mapping[str, Any]]) -> str:
    """The table of the outputs that were made, as the AudioFolder convention has it."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("file_name", *COLUMNS))
    for line in sorted(lines, key=lambda line: (line["source"], line["variant"])):
        if "error" not in line:
            writer.writerow([_cell(line[name]) for name in ("output", *COLUMNS)])
    return table.getvalue()


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    if isinstance(value, bool):
        return str(value).lower()
    return value


class Log:
    """The times of an export, a JSON object a line; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        path = folder / LOG
        path.unlink(missing_ok=True)
        self._file: IO[str] = open(path, "x", encoding="utf-8")  # noqa: SIM115  # closed by __exit__

    def write(self, event: str, **facts: object) -> None:
        """Add one line."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        self._file.write(json.dumps({"time": now, "event": event, **facts}) + "\n")
        self._file.flush()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def find_line(path: Path, output: str) -> dict[str, Any]:
    """The manifest's line for one output; raises `ManifestError`."""
    try:
        with open(path, encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                line = _parsed(path, number, text)
                if line.get("output") == output:
                    return line
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not text'})") from None
    raise ManifestError(f"{path}: has no output {output}")


def lines_by_output(folder: Path) -> dict[str, dict[str, Any]]:
    """The lines of an export in this folder, each by its output; those before the first that cannot be read."""
    lines = {}
    with (
        contextlib.suppress(OSError, UnicodeDecodeError, ManifestError),
        open(folder / MANIFEST, encoding="utf-8") as file,
    ):
        for number, text in enumerate(file, start=1):
            line = _parsed(folder / MANIFEST, number, text)
            lines[str(line.get("output"))] = line
    return lines


def listed(folder: Path) -> dict[str, str]:
    """The files that an export in this folder has listed, each with its hash; none if it has not."""
    lines = lines_by_output(folder)
    return {name: str(line["output_sha256"]) for name, line in lines.items() if "output_sha256" in line}


def _parsed(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise ManifestError(f"{path}, line {number}: is not a manifest line")
    return line


def roots_of(sources: Sequence[tuple[str, str]]) -> list[str]:
    """The folders below which these (path, source id) lie."""
    roots = set()
    for path, source_id in sources:
        above = Path(path).absolute().parents
        roots.add(str(above[min(source_id.count("/"), len(above) - 1)]))
    return sorted(roots)


def start_of(folder: Path) -> dict[str, Any]:
    """The first line of an export's log, where it is there and whole: its source folders and banks."""
    try:
        with open(folder / LOG, encoding="utf-8") as file:
            line = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return line if isinstance(line, dict) else {}
