"""What is done with both chains by menu and key: copies, the swap, and the blind test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QWidget

from engine.listening import CHAIN, ORIGINAL, BlindTest, Chance, Outcome
from engine.preset_data import digest
from engine.project import LETTERS, Aside, Project

from ..actions import Command
from ..audition import Audition
from ..store import Store
from ..words import tr
from .dialog import BlindDialog
from .run import Pair

MENU = "Chain"
NAME_MAX = 190


class Compare:
    """Opens the blind test over a window and keeps what came of it; `chance` is where each X comes from."""

    def __init__(self, store: Store, audition: Audition, window: QWidget) -> None:
        self._store, self._audition, self._window = store, audition, window
        self.chance: Chance | None = None
        self.dialog: BlindDialog | None = None

    def open(self) -> None:
        """Open the blind test."""
        if self.dialog is None:
            self.dialog = BlindDialog(self._audition, self._store.project, self._keep, self._window)
            self.dialog.chance = self.chance
            self.dialog.finished.connect(self._closed)
            self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _keep(self, pair: Pair, test: BlindTest) -> None:
        """Put what came of a test to the chains that it was made with."""
        project = self._store.project
        for letter, other in ((pair.first, pair.second), (pair.second, pair.first)):
            chain = None if letter == ORIGINAL else project.at(letter)
            if chain is not None:
                today, against = date.today().isoformat(), _against(project, other)
                outcome = Outcome(today, against, test.trials, test.correct, digest(chain.chain))
                project = _with(project, letter, replace(chain, chain=chain.chain.with_test(outcome)))
        self._store.commit(tr("Blind test"), project)

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        chains, (first, second) = self._audition.chains, LETTERS
        return [
            _of_both("swap_chains", tr("Swap A and B"), tr("Give each chain the other's name"), chains.swap, self._two),
            _of_both(
                "copy_a_to_b", tr("Copy A to B"), tr("Make chain B as chain A is"), lambda: chains.copy(first),
                lambda: self._store.project.at(first) is not None,
            ),
            _of_both(
                "copy_b_to_a", tr("Copy B to A"), tr("Make chain A as chain B is"), lambda: chains.copy(second),
                lambda: self._store.project.at(second) is not None,
            ),
            Command(
                "blind_test", MENU, tr("Blind test …"),
                tr("Find out whether you hear a difference: between both chains, or between a chain and the original"),
                self.open, ("Ctrl+B",), possible=lambda: self._store.project.source is not None,
            ),
        ]  # fmt: skip

    def _two(self) -> bool:
        return self._audition.chains.are_two


def _of_both(
    name: str, title: str, hint: str, run: Callable[[], None], possible: Callable[[], bool]
) -> Command:  # fmt: skip
    return Command(name, MENU, title, hint, run, submenu=tr("Chains A and B"), possible=possible)


def _against(project: Project, other: str) -> str:
    chain = project.at(other)
    if other == ORIGINAL or chain is None:
        return ORIGINAL
    return f"{CHAIN}{other}: {chain.preset or chain.chain.name}"[:NAME_MAX]


def _with(project: Project, letter: str, chain: Aside) -> Project:
    return replace(project, chain=chain.chain) if letter == project.letter else replace(project, aside=chain)
