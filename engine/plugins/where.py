"""Where the user's list of plugins lies: every process of this program must find the same one."""

from __future__ import annotations

import os
from pathlib import Path

SHELF = "VARIOPHONE_PLUGINS"
"""With this environment variable set, the list is that file; processes inherit it from the one that starts them."""


def shelf_path() -> Path:
    """The file of the list; it need not be there."""
    import platformdirs

    named = os.environ.get(SHELF)
    return Path(named) if named else Path(platformdirs.user_data_dir("variophone", appauthor=False)) / "plugins.json"
