"""`plugins`: what plugins there are, and looking for more."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path

from ..files.refused import shown
from ..plugins.scan import ScanRequest
from ..plugins.shelf import Contents, Shelf
from . import OK
from .output import say, table
from .parser import UsageError


def plugins(words: Namespace) -> int:
    """List the plugins that were found, after a scan if one is asked for."""
    if Shelf().contents.unreadable:
        say(f"{Shelf().path}: is no list of plugins that this version can read; a scan begins it anew")
    contents = _scanned(words.folders) if words.action == "scan" else Shelf().contents
    if words.json:
        allowed = set(contents.allowed)
        listed = [one.to_data() | {"allowed": one.digest in allowed} for one in contents.plugins]
        unusable = [{"path": one.path, "reason": one.reason} for one in contents.unusable]
        print(json.dumps({"plugins": listed, "unusable": unusable}, indent=2))
        return OK
    for one in contents.unusable:
        say(f"{shown(one.path)}: {shown(one.reason)}")
    if contents.plugins:
        print(table([(one.name, shown(one.ref().words), shown(one.path)) for one in contents.plugins]))
    elif words.action != "scan" and not contents.folders:
        say("no folder was scanned for plugins yet; give `plugins scan DIR`")
    else:
        say("no plugin was found")
    return OK


def _scanned(folders: list[str]) -> Contents:
    missing = next((folder for folder in folders if not Path(folder).is_dir()), None)
    if missing is not None:
        raise UsageError(f"{missing}: there is no such folder")
    wanted = tuple(os.path.abspath(folder) for folder in folders) or Shelf().contents.folders
    if not wanted:
        raise UsageError("plugins scan needs a folder: no folder was scanned before")
    return ScanRequest(wanted).run()
