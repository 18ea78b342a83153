"""Undo and redo: one entry for one gesture, and what was undone comes back until something else is done."""

from __future__ import annotations

from engine.history import MOST_ENTRIES, History


def test_a_gesture_is_one_entry() -> None:
    """A drag of many edits is taken back at once, and two drags one by one."""
    history = History(0)
    for value in (1, 2, 3):
        history.commit("Drag", value, merge=("gain", 1))
    history.commit("Drag", 4, merge=("gain", 2))
    assert history.undo() == 3
    assert history.undo() == 0
    assert history.redo_label == "Drag"
    assert history.redo() == 3


def test_a_new_edit_ends_what_could_be_redone() -> None:
    """After undo and a new edit the undone future is gone, also when the edit would merge with the past."""
    history = History("start")
    history.commit("One", "a", merge="m")
    history.commit("Two", "b")
    history.undo()
    history.commit("One again", "c", merge="m")
    assert history.redo_label is None
    assert history.undo() == "start"


def test_ends_hold() -> None:
    """Undo at the start and redo at the end change nothing; a long history forgets its oldest entries."""
    history = History(-1)
    assert history.undo() == -1
    for value in range(MOST_ENTRIES + 10):
        history.commit("Edit", value)
    for _ in range(MOST_ENTRIES + 20):
        history.undo()
    assert history.document == 10
    assert history.undo_label is None


def test_amending_is_no_entry() -> None:
    """A fact that comes late changes the present, and undo goes past it."""
    history = History("start")
    history.commit("Edit", "edited")
    history.amend("edited, looked at")
    assert history.undo() == "start"
    assert history.redo() == "edited, looked at"


def test_going_to_an_entry_is_undoing_or_redoing_all_between() -> None:
    """Both ways, and not beyond the ends; the labels tell what each state came of."""
    history = History("a")
    for label, value in (("B", "b"), ("C", "c"), ("D", "d")):
        history.commit(label, value)
    assert (history.labels, history.place) == (("Start", "B", "C", "D"), 3)
    assert history.go_to(1) == "b"
    assert (history.undo_label, history.redo_label) == ("B", "C")
    assert history.go_to(9) == "d"
    assert history.go_to(-1) == "a"
