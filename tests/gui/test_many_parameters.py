"""A form of a step with dozens of parameters: what says something first, the rest by a search or a click."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import transform
from engine.chain import Step
from engine.params import Range, number
from engine.transform import Streaming
from gui.forms import MANY, StepForm
from gui.rows.fold_bar import FIRST

COUNT = MANY + 21


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a transform with that many knobs, known for the time of a test."""
    body = {f"band_{place}_db": number(0, -12, 12, "dB", help="How loud.") for place in range(1, COUNT + 1)}
    body["__annotations__"] = dict.fromkeys(body, float)
    made = type("ManyKnobs", (Streaming,), {**body, "__doc__": "Many knobs.", "__module__": __name__}, abstract=True)
    monkeypatch.setitem(transform._registry, "ManyKnobs", made)
    return "ManyKnobs"


def test_what_says_something_is_shown_first_and_the_rest_when_it_is_wanted(qtbot: QtBot, many: str) -> None:
    step = Step(id="a", transform=many).with_setting("band_20_db", 3.0).with_setting("band_9_db", Range(-3.0, 3.0))
    form = StepForm(step)
    qtbot.addWidget(form)
    form.resize(320, 600)
    form.show()

    def seen() -> list[str]:
        rows = [(form.column.indexOf(row), name) for name, row in form.rows.items() if row.isVisible()]
        return [name for _, name in sorted(rows)]

    form.show_step(step, {}, {})
    assert seen() == ["band_9_db", "band_20_db"]
    assert len(form.rows) == 2, "lines that nobody has seen were made"
    form.show_step(step.with_setting("band_20_db", 0.0), {}, {})
    assert seen() == ["band_9_db", "band_20_db"], "a line went from under the hand"
    assert form.fold is not None
    QTest.keyClicks(form.fold.search, "band 3")
    assert seen() == ["band_3_db", *(f"band_{place}_db" for place in range(30, COUNT + 1))]
    form.fold.search.clear()
    assert str(COUNT) in form.fold.all.text()
    form.fold.all.click()
    assert seen() == list(step.kind.params())
    form.fold.all.click()
    assert seen() == ["band_9_db"]


def test_where_nothing_is_set_the_first_are_shown_and_stay(qtbot: QtBot, many: str) -> None:
    step = Step(id="a", transform=many)
    form = StepForm(step)
    qtbot.addWidget(form)
    form.show_step(step, {}, {})
    first = list(step.kind.params())[:FIRST]
    assert list(form.rows) == first
    form.show_step(step.with_setting(first[1], 3.0), {}, {})
    assert [name for name, row in form.rows.items() if not row.isHidden()] == first
