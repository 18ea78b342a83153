"""Presets: what is written reads back equal, and whatever is wrong is refused in one sentence that says where."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine import preset, yaml_strict
from engine.chain import Chain, Lock, OneOf, SomeOf, Step
from engine.params import Options, Range
from engine.preset import PresetError
from engine.regions import Events, Span
from tests.support.chains import TEXT, chains


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chains())
def test_any_chain_reads_back_equal(chain: Chain) -> None:
    assert preset.loads(preset.dumps(chain), "made-up.yaml") == chain


@pytest.mark.parametrize("name", preset.shipped())
def test_shipped_presets_read_back_equal_and_are_for_people(name: str) -> None:
    chain = engine.load_chain(name)
    assert preset.loads(preset.dumps(chain), name) == chain
    assert chain.name
    assert 20 < len(chain.description) < 300
    assert chain.description.endswith(".")


def test_the_presets_that_users_were_promised() -> None:
    promised = "birdclef cassette club-pa far-field-room natural nothing speech-commands telephone"
    assert set(promised.split()) <= set(preset.shipped())


WORDS = st.sampled_from(
    ["no", "yes", "on", "010", "12:30", "1e3", "0x1f", "~", "null", "", "<<", "=", "true", ".5", "-", "1_000"]
)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.floats(allow_nan=False, allow_infinity=False)
        | TEXT
        | WORDS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | WORDS, inner, max_size=4),
    )
)
def test_strict_yaml_reads_what_it_writes(data: object) -> None:
    if isinstance(data, str | int | float | bool) or data is None:
        data = [data]
    assert yaml_strict.load(yaml_strict.dump(data)) == data


def test_words_that_yaml_usually_turns_into_something_else() -> None:
    read = yaml_strict.load("[no, yes, on, 010, 12:30, 0x1f, 1_000, 2001-01-01, 1e3, -.5, +3, true, null]")
    assert read == ["no", "yes", "on", "010", "12:30", "0x1f", "1_000", "2001-01-01", 1000.0, -0.5, 3, True, None]


FULL = """
variophone: 1
name: Everything
fallback:
  - {transform: Gain, gain_db: 1}
steps:
  - {transform: Gain, gain_db: [-3, 3], p: 0.5}
  - some_of: {count: [1, 2], of: [{transform: Gain, weight: 2}, {transform: Reverse}, {transform: Gain, id: mine}]}
  - one_of: [{transform: Gain, gain_db: {choice: [1, 2]}}]
    enabled: false
    redraw: 3
  - {transform: Gain, id: held, gain_db: [0, 6], locked: {gain_db: 2}, key: "00112233445566778899aabbccddeeff"}
"""


def test_the_whole_form() -> None:
    assert preset.loads(FULL, "full.yaml") == Chain(
        name="Everything",
        steps=(
            Step(id="Gain#1", transform="Gain", settings=(("gain_db", Range(-3.0, 3.0)),), p=0.5),
            SomeOf(
                id="SomeOf#1", least=1, most=2,
                members=(
                    Step(id="Gain#2", transform="Gain", weight=2.0), Step(id="Reverse#1", transform="Reverse"),
                    Step(id="mine", transform="Gain"),
                ),
            ),
            OneOf(
                id="OneOf#1", enabled=False, redraw=3,
                members=(Step(id="Gain#4", transform="Gain", settings=(("gain_db", Options((1.0, 2.0))),)),),
            ),
            Step(
                id="held", transform="Gain", settings=(("gain_db", Range(0.0, 6.0)),),
                lock=Lock((("gain_db", 2.0),), "00112233445566778899aabbccddeeff"),
            ),
        ),
        fallback=(Step(id="Gain#6", transform="Gain", settings=(("gain_db", 1.0),)),),
    )  # fmt: skip


HEAD = "variophone: 1\nsteps:\n"
WRONG = {
    "": ["is empty"],
    "[1, 2]": ["is not a preset"],
    "steps: []": ["line 1", "variophone: 1"],
    "variophone: 2\nsteps: []": ["line 1", "format 2", "newer release"],
    "variophone: yes\nsteps: []": ["line 1", "variophone"],
    "variophone: 1": ["steps"],
    "variophone: 1\nsteps: {}": ["line 2", "steps", "list"],
    "variophone: 1\nsteps: []\nspectral: {}": ["line 3", "'spectral'"],
    "variophone: 1\nsteps: []\nnaem: x": ["line 3", "'naem'", "did you mean name?"],
    f"{HEAD}  - {{transform: Gian}}": ["line 3", "step 1", "Gian", "did you mean Gain"],
    f"{HEAD}  - {{transform: [Gain]}}": ["line 3", "step 1", "name"],
    f"{HEAD}  - Gain": ["step 1", "{transform: HighPass}"],
    f"{HEAD}  - {{p: 1}}": ["line 3", "step 1", "transform"],
    f"{HEAD}  - transform: Gain\n    gain_db: 99": ["line 4", "step 1 (Gain#1)", "gain_db 99", "-80", "40 dB"],
    f"{HEAD}  - {{transform: Gain, id: loud, gain_db: [3, -3]}}": ["step 1 (loud)", "gain_db", "low end"],
    f"{HEAD}  - {{transform: Gain, gain_db: [1, 2, 3]}}": ["gain_db", "[low, high]"],
    f"{HEAD}  - {{transform: Gain, gain_db: {{choice: []}}}}": ["gain_db", "at least one"],
    f"{HEAD}  - {{transform: Gain, gain_db: {{chioce: [1]}}}}": ["gain_db", "{choice: [...]}"],
    f"{HEAD}  - {{transform: Gain, gain_db: .nan}}": ["gain_db", "number"],
    f"{HEAD}  - {{transform: Gain, gain_db: 010}}": ["gain_db", "number", "'010'"],
    f"{HEAD}  - {{transform: Gain, gain_db: true}}": ["gain_db", "number"],
    f"{HEAD}  - {{transform: Gain, gian_db: 3}}": ["'gian_db'", "did you mean gain_db?"],
    f"{HEAD}  - {{transform: Gain, p: 1.5}}": ["p 1.5", "0 … 1"],
    f"{HEAD}  - {{transform: Gain, p: no}}": ["p must be a number"],
    f"{HEAD}  - {{transform: Gain, enabled: no}}": ["enabled", "true or false"],
    f"{HEAD}  - {{transform: Gain, weight: -1}}": ["weight -1"],
    f"{HEAD}  - {{transform: Gain, version: 99}}": ["version 99", "Gain"],
    f"{HEAD}  - {{transform: Gain, id: ''}}": ["id"],
    f"{HEAD}  - {{transform: Gain, id: a}}\n  - {{transform: Gain, id: a}}": ["two steps", "a"],
    f"{HEAD}  - {{transform: Gain, redraw: -1}}": ["line 3", "redraw", "-1"],
    f"{HEAD}  - {{transform: Gain, redraw: 0.5}}": ["redraw", "whole number"],
    f"{HEAD}  - transform: Gain\n    locked: true": ["line 4", "locked", "{parameter: value}"],
    f"{HEAD}  - transform: Gain\n    locked:\n      gain_db: [1, 2]": ["line 5", "locked gain_db", "number"],
    f"{HEAD}  - {{transform: Gain, locked: {{gian_db: 1}}}}": ["'gian_db'", "did you mean gain_db?"],
    f"{HEAD}  - {{transform: Gain, locked: {{}}, key: abc}}": ["key", "32"],
    f"{HEAD}  - {{transform: Gain, key: abc}}": ["key", "locked"],
    f"bypassed: maybe\n{HEAD}  []": ["line 1", "bypassed", "true or false"],
    f"{HEAD}  - one_of: [{{transform: Gain}}, {{transform: Nothing}}]": ["step 1.2", "Nothing"],
    f"{HEAD}  - some_of: {{count: 3, of: [{{transform: Gain}}]}}": ["SomeOf#1", "count"],
    f"{HEAD}  - some_of: {{count: [2, 1], of: [{{transform: Gain}}, {{transform: Gain}}]}}": ["count"],
    f"{HEAD}  - some_of: [{{transform: Gain}}]": ["some_of: {count"],
    f"{HEAD}  []\nsteps: []": ["line 4", "'steps' twice"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG.items())
def test_a_wrong_preset_says_what_and_where(text: str, expected: list[str]) -> None:
    with pytest.raises(PresetError) as caught:
        preset.loads(text, "mine.yaml")
    sentence = str(caught.value)
    assert sentence.startswith("mine.yaml")
    assert "\n" not in sentence
    for words in expected:
        assert words in sentence
    assert f"line {caught.value.line}:" in sentence


def test_a_group_that_lost_its_members_is_saved_and_opened_again() -> None:
    """What is edited in the window can always be saved; an empty group takes nothing."""
    shrunk = SomeOf(id="s", members=(Step(id="a", transform="Gain"), Step(id="b", transform="Gain")), least=1, most=4)
    chain = Chain(steps=(OneOf(id="o", members=()), shrunk, SomeOf(id="t", members=(), least=1, most=2)))
    again = preset.loads(preset.dumps(chain), "mine.yaml")
    assert [node.id for node in again.walk()] == ["o", "s", "a", "b", "t"]
    for variant in range(50):
        assert again.draw(0, "x", variant) == chain.draw(0, "x", variant)


def test_a_lock_without_a_key_has_one_of_its_own() -> None:
    """Whoever writes a preset by hand writes no key; the step is the same in every take all the same."""
    chain = preset.loads(f"{HEAD}  - {{transform: Gain, gain_db: [0, 6], locked: {{gain_db: 2}}}}", "mine.yaml")
    drawn = {chain.draw(seed, source, 1).steps for seed in (0, 1) for source in ("a", "b")}
    assert len(drawn) == 1


def _nested(levels: int) -> str:
    return HEAD + "  - " + "{one_of: [" * levels + "{transform: Gain}" + "]}" * levels


BOMB = "a: &a {k: 1}\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [*{chr(97 + n)}]}}\n" for n in range(9))
HOSTILE = {
    "tag": "!!python/object/apply:os.system ['touch canary']",
    "tag in a step": f"{HEAD}  - !!python/object/apply:os.system ['touch canary']",
    "merge bomb": BOMB,
    "alias bomb": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "self reference": "variophone: 1\nsteps: &s [*s]",
    "deep list": "[" * 100_000,
    "deep map": "{a: " * 100_000,
    "deep groups": _nested(1000),
    "many values": f"{HEAD}{'  - {transform: Gain}' + chr(10)}" * 1 + "  - {transform: Gain}\n" * 9000,
    "huge number": f"{HEAD}  - {{transform: Gain, gain_db: {'9' * 5000}}}",
    "infinite": f"{HEAD}  - {{transform: Gain, gain_db: 1e999}}",
    "control characters": "variophone: 1\x00",
    "two documents": "variophone: 1\nsteps: []\n---\nvariophone: 1",
    "key that is a list": "? [a]\n: 1",
    "too large": "#" * 300_000,
    "surrogate": "variophone: 1\nname: \ud800",
    "python tag directive": "%TAG !p! tag:yaml.org,2002:python/\n---\n!p!name:os.system",
    "unclosed": "variophone: [1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_preset_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    start = time.process_time()
    with pytest.raises(PresetError, match=r"^bad\.yaml[^\n]*$"):
        preset.loads(text, "bad.yaml")
    assert not list(tmp_path.iterdir()), "code was run"
    assert time.process_time() - start < 30, "it would have hung the window"


def test_files_that_are_not_presets(tmp_path: Path) -> None:
    (tmp_path / "utf16.yaml").write_bytes("variophone: 1\nsteps: []".encode("utf-16"))
    (tmp_path / "large.yaml").write_bytes(b" " * 300_000)
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("utf16.yaml", "large.yaml", "folder.yaml", "pipe.yaml", "missing.yaml"):
        with pytest.raises(PresetError, match=name.replace(".", r"\.")):
            preset.load(tmp_path / name)


def test_a_name_that_is_nearly_right() -> None:
    with pytest.raises(PresetError, match=r"there is no preset natral; did you mean natural"):
        preset.find("natral")


REGIONS = {
    "{start_s: 1.5, end_s: 3}": Span(1.5, 3.0),
    "{start_s: 1}": Span(1.0),
    "{end_s: [1, 2]}": Span(0.0, Range(1.0, 2.0)),
    "{start_s: {choice: [1, 2]}, end_s: [3, 4]}": Span(Options((1.0, 2.0)), Range(3.0, 4.0)),
    "{start_s: 1, outside: true}": Span(1.0, None, outside=True),
    "{events: all}": Events(),
    "{events: Bird}": Events(("Bird",)),
    "{events: [bird, 'all'], outside: true}": Events(("bird", "all"), outside=True),
}


@pytest.mark.parametrize("text", REGIONS)
def test_a_region_reads_as_it_is_written(text: str) -> None:
    chain = preset.loads(f"variophone: 1\nsteps:\n  - {{transform: Gain, region: {text}}}\n", "a.yaml")
    (step,) = chain.steps
    assert isinstance(step, Step)
    assert step.region == REGIONS[text]
    assert preset.loads(preset.dumps(chain), "a.yaml") == chain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1", "region is written {start_s: 1, end_s: 2} or {events: [label]}"),
        ("{}", "region is written"),
        ("{start: 1}", "region: 'start' is not known here; did you mean start_s?"),
        ("{start_s: 1, events: all}", "region: 'start_s' is not known here; it takes events, outside"),
        ("{outside: true}", "region: nothing is outside of the whole recording; give start_s or end_s"),
        ("{start_s: 2, end_s: 1}", "region: the end, 1 s, must lie after the start, 2 s"),
        ("{start_s: -1}", "region: start_s -1 is outside 0"),
        ("{start_s: [2, 1]}", "region: start_s the range [2, 1] has its low end above its high end"),
        ("{events: []}", "region: events has an empty list of labels; write events: all for every event"),
        ("{events: [1, 2]}", "region: events is written all, a label or a list of labels (text, in quotation marks)"),
        ("{events: ['']}", "region: a label is a word of 1 to 200 printable characters"),
        ("{events: all, outside: 1}", "region: outside must be true or false, not 1"),
    ],
)
def test_what_is_wrong_with_a_region_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(preset.PresetError) as caught:
        preset.loads(f"variophone: 1\nsteps:\n  - transform: Gain\n    region: {text}\n", "a.yaml")
    assert str(caught.value).startswith("a.yaml, line 4: step 1 (Gain#1): ")
    assert words in str(caught.value)
