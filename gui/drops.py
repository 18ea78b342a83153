"""What was dropped: paths of this machine only, nothing that would be fetched."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

OWN_TAKE = "application/x-variophone-take"
"""Marks a take on its way out: its file is gone when the program ends, so the window does not take it in again."""


def dropped_paths(data: QMimeData) -> tuple[str, ...]:
    """The local files and folders of a drop; empty for anything else."""
    urls = data.urls() if data.hasUrls() and not data.hasFormat(OWN_TAKE) else []
    return tuple(url.toLocalFile() for url in urls if url.isLocalFile() and not url.host())
