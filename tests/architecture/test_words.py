"""Every text of the window can be said in every language that there is a catalogue of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.files.probe import probe
from engine.files.refused import FileRefused
from engine.preset import PresetError, loads
from gui import words
from tools import words as collector

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [language for language in words.languages() if language != words.ENGLISH]
SAY = {
    "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu", "QPushButton", "QRadioButton", "QToolButton", "addAction",
    "addMenu", "label", "setAccessibleDescription", "setAccessibleName", "setPlaceholderText", "setStatusTip",
    "setText", "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle", "set_hint",
}  # fmt: skip
"""What shows the text that it is given first."""


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    words.speak(words.ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    known, texts = words.read(language), collector.collect() - {""}
    assert sorted(texts - set(known)) == []
    assert sorted(set(known) - texts) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_the_original(language: str) -> None:
    for text, said in words.read(language).items():
        assert sorted(words.PLACE.findall(said)) == sorted(words.PLACE.findall(text)), text


def test_no_text_is_shown_past_the_catalogues() -> None:
    """What is shown is never a literal: it is asked for with `tr`, or comes from elsewhere."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.args[0])}"
        for path in sorted((ROOT / "gui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) in SAY and node.args and _has_words(node.args[0])
    ]
    assert found == []


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _has_words(node: ast.expr) -> bool:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(re.search(r"[A-Za-z]{2,}", text) for text in texts)


def test_the_engine_s_sentences_are_recognised_wherever_they_are_put_together(tmp_path: Path) -> None:
    """A file's refusal and a preset's, made of one sentence in another, are all said in the other language."""
    told = {text: f"«{text}»" for text in collector.collect()}
    words.learn(told)
    notes = tmp_path / "notes (old).wav"
    notes.write_text("some words\n" * 40)
    with pytest.raises(FileRefused) as refusal:
        probe(notes)
    assert words.sentence(str(refusal.value)) == "notes (old).wav «is a text file, not sound»"
    with pytest.raises(PresetError) as error:
        loads("variophone: 1\nsteps:\n- {transform: HighPass, cutoff_hz: [9000, 300]}\n", "mine.yaml")
    said = words.sentence(str(error.value))
    assert said.startswith("mine.yaml, line 3:")
    assert "«the range [9000, 300] has its low end above its high end»" in said
    gone = "The sound device Old headphones is not there; playing through default instead."
    said = "«The sound device Old headphones «is not there»; playing through default instead.»"
    assert words.sentence(gone) == said
    assert words.sentence("") == ""
    assert words.sentence("nothing that the engine says") == "nothing that the engine says"
