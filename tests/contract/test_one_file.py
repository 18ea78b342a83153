"""Adding a transform touches one file: one that is made up here is put beside the others, and is then everywhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SOURCE = '''
"""A family of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dsp.levels import gain_of
from ..dsp.pointwise import Pointwise
from ..params import choice, number, switch
from ..transform import Processor, Streaming, StreamSpec

if TYPE_CHECKING:
    from ..draws import Draw


class MadeUpFader(Streaming):
    """Fades what nobody asked it to fade."""

    also_called = ("somebody else's fader",)

    depth_db: float = number(-6, -40, 0, "dB", typical=(-20, -1), help="How far down it goes.")
    lean_hz: float = number(500, 20, 2000, "Hz", typical=(50, 900), scale="log", help="Where it would lean to.")
    mood: str = choice("calm", ("calm", "grim"), help="What it is like.")
    upside_down: bool = switch(False, help="Whether it stands on its head.")

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """Multiply, and turn over if asked to."""
        gain = gain_of(self.depth_db) * (-1 if self.upside_down else 1)
        return Pointwise(lambda block: WORK)
'''
HONEST = "(block * gain).astype(block.dtype)"
ONE_CHANNEL = "__import__('numpy').concatenate((block[:1] * block.dtype.type(gain), block[1:]))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the transform's one file lies."""
    (tmp_path / "made_up_family.py").write_text(SOURCE.replace("WORK", HONEST))
    return tmp_path


def python(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in whose engine the folder lies beside `engine/transforms`."""
    start = f"import engine.transforms; engine.transforms.__path__.append({str(folder)!r})\n"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", start + program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150
    )


def answer(folder: Path, program: str) -> str:
    """What such a program prints; it must succeed."""
    done = python(folder, program)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def command(*words: str) -> str:
    """A program that is `main.py` with these words."""
    return f"import runpy, sys; sys.argv = {['main.py', *words]!r}; runpy.run_path('main.py', run_name='__main__')"


def laws(name: str) -> str:
    """A program that holds the laws over the transform of that name."""
    options = ["-k", name, "-q", "-p", "no:cacheprovider", "--tb=line"]
    files = [str(Path(__file__).with_name(name)) for name in ("test_laws.py", "test_declarations.py")]
    return f"import pytest; raise SystemExit(pytest.main({[*files, *options]!r}))"


def test_the_command_line_tells_of_it(folder: Path) -> None:
    assert "MadeUpFader" in answer(folder, command("transforms"))
    about = answer(folder, command("transforms", "MadeUpFader"))
    for word in ("Fades what nobody asked", "depth_db", "-6 dB", "-40 dB", "calm, grim", "somebody else's fader"):
        assert word in about
    data = json.loads(answer(folder, command("transforms", "MadeUpFader", "--json")))
    assert data["category"] == "made_up_family"
    assert [param["name"] for param in data["parameters"]] == ["depth_db", "lean_hz", "mood", "upside_down"]


def test_a_preset_can_hold_it_and_it_renders(folder: Path) -> None:
    out = answer(
        folder,
        """
import numpy as np
from engine import preset
from engine.render import render
text = '''
variophone: 1
name: Made up
steps:
  - {transform: MadeUpFader, depth_db: -20, lean_hz: [100, 200], mood: {choice: [calm, grim]}, upside_down: true}
'''
chain = preset.loads(text, "made-up.yaml")
assert preset.loads(preset.dumps(chain), "again.yaml") == chain
recipe = chain.draw(7, "a.wav", 1)
print(dict(recipe.steps[0].values))
assert np.allclose(render(np.ones((2, 9), np.float32), 8000, recipe), -0.1)
try:
    preset.loads(text.replace("-20", "-80"), "made-up.yaml")
except preset.PresetError as error:
    print(error)
""",
    )
    assert "'depth_db': -20.0" in out
    assert re.search(r"made-up\.yaml.*MadeUpFader.*depth_db.*-80 is outside -40 … 0 dB", out)


def test_the_catalogue_has_a_page_of_it(folder: Path) -> None:
    page = answer(folder, "from engine import catalogue; print(catalogue.page('made_up_family'), catalogue.index())")
    assert "# Made up family" in page
    assert "## MadeUpFader" in page


def test_the_window_has_a_form_for_it(folder: Path) -> None:
    pytest.importorskip("PySide6", reason="without Qt there is no window")
    out = answer(
        folder,
        """
from PySide6.QtWidgets import QApplication
application = QApplication([])
from engine.chain import Chain, new_step
from gui.forms import StepForm
step = new_step(Chain(), "MadeUpFader")
form = StepForm(step)
form.show_step(step, None, {})
print({name: type(row).__name__ for name, row in form.rows.items()})
from gui.chain.catalogue_words import entries, matching
print([entry.name for entry in matching(entries(), "somebody else's fader")])
""",
    )
    rows = ("'depth_db': 'NumberRow'", "'lean_hz': 'NumberRow'", "'mood': 'ChoiceRow'", "'upside_down': 'SwitchRow'")
    assert all(row in out for row in rows), out
    assert "['MadeUpFader']" in out, "the list of the window lacks it"


def test_the_laws_hold_it_and_find_what_is_wrong_with_it(folder: Path) -> None:
    good = python(folder, laws("MadeUpFader"))
    assert good.returncode == 0, good.stdout[-3000:]
    assert int(re.findall(r"(\d+) passed", good.stdout)[-1]) > 25
    (folder / "made_up_family.py").write_text(SOURCE.replace("WORK", ONE_CHANNEL))
    bad = python(folder, laws("MadeUpFader"))
    assert bad.returncode == 1
    assert "changed on channels [ True False False]" in bad.stdout


def test_the_example_for_contributors_is_whole_and_keeps_the_laws(folder: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (folder / "pumping.py").write_text(page.split("```python\n")[1].split("```")[0])
    assert "Ducks the level at every beat" in answer(folder, command("transforms", "BeatDucking"))
    held = python(folder, laws("BeatDucking"))
    assert held.returncode == 0, held.stdout[-3000:]
    assert int(re.findall(r"(\d+) passed", held.stdout)[-1]) > 25
