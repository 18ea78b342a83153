"""A take as a file: what is asked of a worker, and what such a file is called."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from engine.project import Project

if TYPE_CHECKING:
    from engine.batch.keep import KeepRequest

WAV_16 = ("wav", "16")
Encoded = tuple[str, str]
"""A format and its bits, as `engine.files.encode.Encoding` has them."""


def keep_request(
    project: Project,
    path: str,
    encoded: Encoded,
    *,
    part: tuple[int, int] | None = None,
    described: bool = True,
) -> KeepRequest:
    """The project's take as a file; the batch's modules are imported only now."""
    from engine.batch.finish import Finish
    from engine.batch.keep import KeepRequest
    from engine.files.encode import Encoding
    from engine.files.scan import Found

    source = project.source
    assert source is not None
    return KeepRequest(
        path=path,
        source=Found(source.path, source.source_id, source.label),
        chain=project.chain,
        seed=project.seed,
        variant=project.variant,
        finish=Finish(encoding=Encoding(*encoded)),
        banks=project.banks,
        sources=tuple(known.path for known in project.sources),
        part=part,
        described=described,
    )


def take_name(project: Project, suffix: str) -> str:
    """What the export would call the take, without the folders before it."""
    from engine.batch.names import output_name, stems

    source = project.source
    assert source is not None
    return PurePosixPath(output_name(stems([source.source_id])[source.source_id], project.variant, suffix)).name
