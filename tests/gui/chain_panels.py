"""A chain's panel for tests: shown, typed into, its store at hand, its workers' work done in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest

from engine.chain import Chain, Step
from engine.jobs import Done, Request, answer
from engine.params import Number
from engine.project import Project, Source
from engine.transform import Streaming, Transform, WholeClip, registered
from gui.chain.panel import ChainPanel
from gui.presets.own import PresetShelf
from gui.store import Store

RECORDING = Source("/sounds/a.wav", "a.wav")


def kinds(kind: type[Transform]) -> list[str]:
    """Transforms of a kind that begin with a number, so that the tests name none."""
    return [
        name
        for name, found in registered().items()
        if issubclass(found, kind) and isinstance(next(iter(found.params().values()), None), Number)
    ]


def step(name: str, count: int = 1, **fields: Any) -> Step:
    """A step with an id as the program gives it."""
    return Step(id=f"{name}#{count}", transform=name, **fields)


def first_number(step: Step) -> str:
    """The name of a step's first parameter."""
    return next(iter(step.kind.params()))


LIVE, OTHER, THIRD = kinds(Streaming)[:3]
CUT = kinds(WholeClip)[0]


def at_once(lane: str, request: Request, done: Done) -> None:
    """Work in place of a worker."""
    done(answer(request))


def make_window(qtbot: Any, folder: Path) -> Callable[..., ChainPanel]:
    """What makes a panel on a chain."""

    def show(chain: Chain, width: int = 344, **fields: Any) -> ChainPanel:
        project = Project(**{"sources": (RECORDING,), "selected": RECORDING.path, "chain": chain} | fields)
        store = Store(project)
        shelf = PresetShelf(folder / "presets")
        panel = ChainPanel(store, at_once, shelf=shelf, choose_folder=lambda parent, title: str(folder))
        panel.store = store  # type: ignore[attr-defined]  # so that it lives as long
        panel.resize(width, 700)
        qtbot.addWidget(panel)
        panel.show()
        panel.activateWindow()
        QTest.qWaitForWindowActive(panel)
        return panel

    return show
