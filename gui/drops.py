"""What was dropped: paths of this machine only, nothing that would be fetched."""

from __future__ import annotations

from PySide6.QtCore import QMimeData


def dropped_paths(data: QMimeData) -> tuple[str, ...]:
    """The local files and folders of a drop; empty for anything else."""
    urls = data.urls() if data.hasUrls() else []
    return tuple(url.toLocalFile() for url in urls if url.isLocalFile() and not url.host())
