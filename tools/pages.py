"""The pages of docs/ that are printed from declarations: transforms, shipped presets, what other tools call them.

`python tools/pages.py` writes them and makes the pictures that are missing or no longer true; with `--check` it writes
nothing and ends with 1 where a page or a picture is not what it would be.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pages_parts import peers, shipped, stamps

from engine import catalogue, preset
from engine.transform import registered

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TRANSFORMS = DOCS / "transforms"
PRESETS = DOCS / "presets"


def main(words: list[str]) -> int:
    """Write or check; gives how many things were not as they should be."""
    if words == ["--check"]:
        wrong = [*_stale_pictures(), *_stale_pages()]
        for sentence in wrong:
            print(sentence, file=sys.stderr)
        return 1 if wrong else 0
    if words:
        raise SystemExit("usage: python tools/pages.py [--check]")
    _draw()
    for path, text in _pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _pages() -> dict[Path, str]:
    """Every page's text, by its path."""
    pictured = {name: made["values"] for name, made in _made(TRANSFORMS).items()}
    pages = {
        TRANSFORMS / f"{category}.md": catalogue.page(category, pictured) for category, _ in catalogue.by_category()
    }
    pages[TRANSFORMS / "README.md"] = catalogue.index()
    pages[DOCS / "shipped-presets.md"] = shipped.page(_made(PRESETS))
    pages[DOCS / "coming-from.md"] = peers.page()
    return pages


def _stale_pages() -> list[str]:
    pages = _pages()
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text("utf-8") != text]
    extra = [path for path in TRANSFORMS.glob("*.md") if path not in pages]
    return [f"{path.relative_to(ROOT)} is not what `make pages` would write" for path in (*stale, *extra)]


def _wanted() -> list[tuple[Path, dict[str, str]]]:
    """For each folder of pictures, the stamp of each picture that belongs there."""
    transforms = {name: stamps.of_transform(kind) for name, kind in registered().items()}
    presets = {name: stamps.of_chain(preset.load(name)) for name in preset.shipped()}
    return [(TRANSFORMS, transforms), (PRESETS, presets)]


def _stale_pictures() -> list[str]:
    wrong = []
    for folder, wanted in _wanted():
        made = _made(folder)
        wrong += [
            f"the picture of {name} is not up to date; run `make pages`" for name in _changed(made, wanted, folder)
        ]
        wrong += [f"there is a picture of {name}, which is gone; run `make pages`" for name in set(made) - set(wanted)]
    return sorted(wrong)


def _changed(made: Mapping[str, Any], wanted: Mapping[str, str], folder: Path) -> list[str]:
    def true(name: str) -> bool:
        return made.get(name, {}).get("stamp") == wanted[name] and (folder / "pictures" / f"{name}.png").is_file()

    return [name for name in wanted if not true(name)]


def _made(folder: Path) -> dict[str, Any]:
    path = folder / "pictures.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _draw() -> None:
    """Make the pictures that are missing or no longer true, and remove those of what is gone."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from pages_parts import pictures

    drawers: list[Callable[[str, Path], dict[str, Any]]] = [pictures.of_transform, pictures.of_preset]
    for (folder, wanted), drawer in zip(_wanted(), drawers, strict=True):
        made = _made(folder)
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
        for name in set(made) - set(wanted):
            del made[name]
            (folder / "pictures" / f"{name}.png").unlink(missing_ok=True)
        for name in _changed(made, wanted, folder):
            print(f"drawing {name}", flush=True)
            made[name] = {"stamp": wanted[name]} | drawer(name, folder / "pictures" / f"{name}.png")
            text = json.dumps(dict(sorted(made.items())), indent=1)
            (folder / "pictures.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
