"""Collect every text that the window can show, and bring the catalogues of gui/languages up to it.

Texts come from four places: what stands in `tr`, `trn` and `mark` in gui/, the declarations of transforms and
settings, the shipped presets, and the sentences that the engine makes, in which what is put in becomes a numbered
place. `python tools/words.py` adds what is new to each catalogue, without a translation, and takes out what is gone.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ASKED = ("tr", "trn", "mark")
NEVER_SHOWN = ("cli", "catalogue.py", "versions.py", "transforms", "__init__.py")
"""What of the engine is for the command line alone, or holds declarations, which are taken from the registry."""


def collect() -> set[str]:
    """Every text, in English."""
    return {*_asked_for(), *_declared(), *_presets(), *_engine_sentences()}


def _asked_for() -> Iterator[str]:
    for path in sorted((ROOT / "gui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED:
                texts = node.args[: 2 if node.func.id == "trn" else 1]
                yield from (text.value for text in texts if _is_text(text))  # type: ignore[attr-defined]


def _declared() -> Iterator[str]:
    from engine.catalogue import further
    from engine.params import Choice, Param
    from engine.transform import registered
    from gui.rows.row import spoken

    kinds = list(registered().values())
    params: list[Param] = [param for kind in kinds for param in kind.params().values()]
    for kind in kinds:
        yield kind.summary()
        yield from further(kind)
        yield kind.category.replace("_", " and ")
    for param in params:
        yield spoken(param)
        yield param.help
        yield from param.options if isinstance(param, Choice) else ()


def _presets() -> Iterator[str]:
    from engine import preset

    yield from preset.groups()
    for name in preset.shipped():
        yield preset.load(preset.find(name)).description


def _engine_sentences() -> Iterator[str]:
    for path in sorted((ROOT / "engine").rglob("*.py")):
        if path.relative_to(ROOT / "engine").parts[0] in NEVER_SHOWN:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        left_out = {id(node) for node in _no_sentences(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in left_out:
                text = _template(node)
                if _reads_like_a_sentence(text):
                    yield text


def _no_sentences(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, parts of a joined text, and lists of words that are split."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from node.values
        elif isinstance(node, ast.Attribute) and node.attr == "split":
            yield node.value


def _template(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value.replace("{", "{{").replace("}", "}}") if isinstance(node.value, str) else ""
    assert isinstance(node, ast.JoinedStr)
    text, places = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        else:
            text, places = f"{text}{{{places}}}", places + 1
    return text


def _reads_like_a_sentence(text: str) -> bool:
    """Several words, and no list of names of kinds of files, none of which is long, no pattern and no program."""
    found = re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\d+\}", " ", text))
    many_short = len(found) > 5 and max(map(len, found)) < 5
    program = re.search(r"\bimport \w+[,;]", text)
    return len(found) > 1 and " " in text and "\\" not in text and not many_short and not program


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def main() -> None:
    """Bring each catalogue up to the code, and say what is left to translate."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    from gui import words

    texts = sorted(collect() - {""})
    for path in sorted(words.CATALOGUES.glob("*.po")):
        known = words.read(path.stem)
        catalogue = Catalog(locale=path.stem, project="Variophone", fuzzy=False)
        for text in texts:
            catalogue.add(text, known.get(text, ""))
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=True)
        print(f"{path.stem}: {len(texts)} texts, {sum(text not in known for text in texts)} without a translation")


if __name__ == "__main__":
    main()
