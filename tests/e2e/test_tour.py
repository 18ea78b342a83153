"""The tour as a user starts it: the window is walked through its main job, and each step is pictured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.support.command import variophone

STEPS = ("first-start", "play", "turn-a-knob", "new-draw", "compare", "export")


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds a platform by itself."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_the_main_job_is_pictured_step_by_step(tmp_path: Path) -> None:
    """One line and one picture of the whole window for each step, and no two alike."""
    done = variophone("tour", "--out", tmp_path / "new" / "pictures")
    assert done.code == 0, done.err
    paths = [tmp_path / "new" / "pictures" / f"{number:02d}-{name}.png" for number, name in enumerate(STEPS, start=1)]
    assert [line.split(": ")[0] for line in done.out.splitlines()] == [str(path) for path in paths]
    pictures = [QImage(str(path)) for path in paths]
    assert {(picture.width(), picture.height()) for picture in pictures} == {(1440, 900)}
    silent = done.out.splitlines()[1].endswith(")")  # it says why nothing plays here, and then nothing moves
    seen = [picture for number, picture in enumerate(pictures) if not (silent and number == 1)]
    assert all(one != other for place, one in enumerate(seen) for other in seen[:place])


@pytest.mark.skipif(sys.platform == "win32", reason="the sentence is the system's own")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = variophone("tour", "--out", tmp_path / "file" / "pictures")
    assert refused.code == 2
    assert str(tmp_path / "file") in refused.sentence
    assert refused.out == ""
