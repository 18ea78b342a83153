"""Plugins in presets and sessions: written and read alike, kept where they are missing, and nothing of a stranger's."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine import preset, session
from engine.chain import Chain, OneOf, Step, declared_anew, new_step
from engine.params import Options, Range, Setting, SettingError
from engine.plugins import permit
from engine.plugins.declared import PluginTransform
from engine.plugins.described import Described, PluginParameter, PluginRef
from engine.plugins.shelf import Shelf
from engine.plugins.where import SHELF
from engine.preset import PresetError
from engine.preset_plugin import ref_from
from engine.project import Project

DIGEST, OTHER = "ab" * 32, "cd" * 32
STATE = base64.b64encode(os.urandom(60_000)).decode()
ABSENT = PluginRef("VST3", "Nebula: Drive", "Far & Away", "1.10", OTHER, "C:\\Plug-ins\\Nebula.vst3", STATE)
PARAMETERS = (
    PluginParameter("gain_db", "gain_db", "Gain", "number", 0.0, "dB", -60.0, 12.0),
    PluginParameter("mode", "mode", "Mode", "choice", "soft", choices=("soft", "no", "010")),
    PluginParameter("quiet", "quiet", "Quiet", "switch", False),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Described:
    """A plugin on a shelf of the test's own, which nobody has allowed."""
    monkeypatch.setenv(SHELF, str(tmp_path / "plugins.json"))
    one = Described(
        "Gainer", "Gainer", "Nobody", "2.0", "VST3", "/usr/lib/vst3/Gainer.vst3", DIGEST, (1, 2), 0, PARAMETERS
    )
    Shelf().write(replace(Shelf().contents, plugins=(one,)))
    return one


def first(chain: Chain) -> Step:
    """The chain's first step."""
    step = chain.steps[0]
    assert isinstance(step, Step)
    return step


def plugin_of(step: Step) -> PluginRef:
    """The plugin that a step names."""
    assert step.plugin is not None
    return step.plugin


def chain_of(here: Described) -> Chain:
    """A chain with a plugin that is here, and one in a group that is not."""
    step = (
        new_step(Chain(), here.name)
        .with_setting("gain_db", Range(-6.0, 6.0))
        .with_setting("mode", Options(("no", "010")))
    )
    away = Step(
        id="away", transform="NebulaDrive", plugin=ABSENT, p=0.5,
        settings=(("drive", Range(0.1, 0.9)), ("mode_", "no"), ("on_", True), ("taps", Options((1, 2)))),
    )  # fmt: skip
    return Chain(name="mine", steps=(step, OneOf(id="group", members=(away,))))


def test_what_is_missing_keeps_all_that_was_set(here: Described, tmp_path: Path) -> None:
    """Through a preset and a session, with a state; only what is here is known by its name."""
    chain = chain_of(here)
    assert preset.loads(preset.dumps(chain), "mine.yaml") == chain
    session.write(tmp_path / "mine.variophone", Project(chain=chain))
    assert session.read(tmp_path / "mine.variophone").project.chain == chain
    Shelf().write(replace(Shelf().contents, plugins=()))
    elsewhere = preset.loads(preset.dumps(chain), "mine.yaml")
    assert elsewhere == chain
    assert preset.dumps(elsewhere) == preset.dumps(chain)
    Shelf().write(replace(Shelf().contents, plugins=(replace(here, name="GainerByNobody"),)))
    assert first(preset.loads(preset.dumps(elsewhere), "mine.yaml")).transform == "GainerByNobody"


def test_nothing_runs_that_is_missing_changed_or_not_allowed(here: Described) -> None:
    """It is passed over in every draw, with no guard behind it; a state has to be allowed as the plugin has."""
    chain = Chain(steps=(new_step(Chain(), here.name),), fallback=(new_step(Chain(), "HighPass"),))

    def drawn(ref: PluginRef) -> list[str]:
        named = chain.replaced(replace(first(chain), plugin=ref))
        assert [step.id for step in named.draw(1, "a", 1).steps] == ["Gainer#1", "guard"], "an export is without it"
        return [step.id for step in named.draw_here(1, "a", 1).steps]

    ref = here.ref()
    assert drawn(ref) == []
    Shelf().allow(here.digest)
    assert drawn(ref) == ["Gainer#1", "guard"]
    with_state = replace(ref, state="AAAA")
    assert drawn(with_state) == []
    assert "not allowed" in permit.why_not(with_state)
    Shelf().allow(*with_state.needs)
    assert drawn(with_state) == ["Gainer#1", "guard"]
    assert permit.permitted(replace(ref, maker="Somebody Famous"), "a") == here, "what a preset says of it decides"
    assert drawn(replace(ref, digest=OTHER)) == []
    assert "other files" in permit.why_not(replace(ref, digest=OTHER))


def test_a_shelf_s_path_is_taken_and_never_a_preset_s(here: Described) -> None:
    """The digest decides which plugin it is; what the preset says of the file leads nowhere."""
    text = preset.dumps(chain_of(here)).replace("/usr/lib/vst3/Gainer.vst3", "/tmp/evil.vst3")
    step = first(preset.loads(text, "a.yaml"))
    assert issubclass(step.kind, PluginTransform)
    assert step.kind.described == here


def test_another_version_takes_over_what_it_can(here: Described) -> None:
    old = replace(here, digest=OTHER, version="1.0").ref()
    settings: tuple[tuple[str, Setting], ...] = (("gain_db", Range(-90.0, 0.0)), ("mode", "soft"), ("gone", 3))
    step = Step(id="a", transform="Gainer", plugin=old, settings=settings)
    new = declared_anew(step, here)
    assert new.plugin == here.ref()
    assert new.settings == (("mode", "soft"),)


HEAD = "variophone: 1\nsteps:\n- transform: Gainer\n"
GOOD = {"format": "VST3", "name": "Gainer", "maker": "Nobody", "version": "'2.0'", "digest": DIGEST, "path": "/x"}


def written(**said: str) -> str:
    """A preset whose plugin says something else."""
    words = ", ".join(f"{word}: {value}" for word, value in (GOOD | said).items() if value)
    return f"{HEAD}  plugin: {{{words}}}\n"


HOSTILE = {
    "plugin is written": HEAD + "  plugin: Gainer\n",
    "'run' is not known": written(run="rm"),
    "format must be one of": written(format="EXE"),
    "name must be text": written(name="''"),
    "maker must be text": written(maker="[a]"),
    "version must be text": written(version="2.0"),
    "digest must be 64 digits": written(digest="'../../..'"),
    "path must be text": written(path='"a\\0b"'),
    "state must be text in base64": written(state="'not base64!'"),
    "larger than 8 MB": written(state="A" * (9 * 2**20)),
    "larger than 256 kB": written() + "# " + "a b " * 100_000,
    "is this program's own": written().replace("transform: Gainer", "transform: HighPass"),
    "a plugin's transform": written().replace("transform: Gainer", "transform: ../Gainer"),
    "gain_db 99 is outside": written() + "  gain_db: 99\n",
    "'gian_db' is not known here; did you mean gain_db": written() + "  gian_db: 9\n",
    "is not a parameter's name": written(digest=OTHER) + "  'a b': 9\n",
    "must be a number, true, false": written(digest=OTHER) + f"  a: {'b' * 2000}\n",
    "a mapping here must be": written(digest=OTHER) + "  a: {b: 1}\n",
}  # fmt: skip


def test_a_state_that_is_too_large_is_refused() -> None:
    words = GOOD | {"version": "2.0", "state": "A" * (6 * 2**20)}
    with pytest.raises(SettingError, match="larger than 4 MB"):
        ref_from(words)


@pytest.mark.parametrize("sentence", HOSTILE)
def test_a_stranger_s_words_are_refused_in_a_sentence(here: Described, sentence: str) -> None:
    with pytest.raises(PresetError) as refused:
        preset.loads(HOSTILE[sentence], "theirs.yaml")
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_stranger_s_parameters_are_never_attributes(here: Described) -> None:
    """Names that a class itself uses are a missing plugin's parameters like any other."""
    text = written(digest=OTHER) + "  params: 1\n  processor: 2\n  __class__: 3\n  summary: 4\n"
    step = first(preset.loads(text, "theirs.yaml"))
    assert list(step.kind.params()) == sorted(["params", "processor", "__class__", "summary"])
    assert preset.loads(preset.dumps(Chain(steps=(step,))), "a").steps == (step,)


def test_a_plugin_by_its_name_alone_is_the_one_here(here: Described) -> None:
    step = first(preset.loads(HEAD, "typed.yaml"))
    assert step.plugin == here.ref()
