"""Parameters: what is declared is what is accepted, drawn, written and shown."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.params import Bank, Choice, Number, Options, Param, Range, SettingError, Switch
from engine.transform import registered

LINEAR = Number(name="gain_db", default=0.0, low=-24, high=24, unit="dB")
LOG = Number(name="cutoff_hz", default=1000.0, low=20, high=20_000, unit="Hz", scale="log")
WHOLE = Number(name="taps", default=2, low=1, high=9, integer=True)


@pytest.mark.parametrize("param", [LINEAR, LOG, WHOLE])
@given(position=st.floats(0, 1))
def test_a_slider_stands_where_its_value_is(param: Number, position: float) -> None:
    """Value and position are inverses, but for the rounding of what is shown."""
    value = param.value_at(position)
    assert param.low <= value <= param.high
    assert param.value_at(param.position(value)) == pytest.approx(value, rel=1e-6)
    if not param.integer:
        assert param.position(value) == pytest.approx(position, abs=1e-6)


@given(low=st.floats(20, 20_000), high=st.floats(20, 20_000), uniform=st.floats(0, 1, exclude_max=True))
def test_a_range_is_drawn_within_its_ends_on_its_scale(low: float, high: float, uniform: float) -> None:
    """A log parameter is drawn log-uniformly, never outside the range, and readable."""
    assume(low < high)
    drawn = LOG.draw(Range(low, high), uniform)
    assert low <= drawn <= high
    assert math.log(drawn / low) == pytest.approx(uniform * math.log(high / low), abs=1e-5)
    assert len(f"{drawn:.17g}".rstrip("0").replace(".", "")) <= 17


def test_whole_numbers_are_drawn_ends_included_and_evenly() -> None:
    """Each whole number of a range has the same share of [0, 1)."""
    drawn = [WHOLE.draw(Range(2, 4), share / 300) for share in range(300)]
    assert [drawn.count(value) for value in (2, 3, 4)] == [100, 100, 100]
    assert {type(value) for value in drawn} == {int}


@pytest.mark.parametrize(
    ("param", "setting", "words"),
    [
        (LINEAR, 30, r"30 is outside -24 … 24 dB"),
        (LINEAR, "loud", "must be a number, not 'loud'"),
        (LINEAR, True, "must be a number, not True"),
        (LINEAR, math.nan, "must be a finite number"),
        (LINEAR, Range(-30, 0), "-30 is outside"),
        (LINEAR, Options(()), "at least one entry"),
        (WHOLE, 2.5, "must be a whole number, not 2.5"),
        (Choice(default="a", options=("a", "b")), "c", "must be one of a, b, not 'c'"),
        (Choice(default="a", options=("a", "b")), Range(0, 1), "not a range"),
        (Switch(default=False), 1, "must be true or false, not 1"),
        (Bank(default="rooms"), "../secrets", "must be a bank's name"),
    ],
)
def test_what_is_refused_is_refused_in_words(param: Param, setting: object, words: str) -> None:
    """The sentence says what was wrong, and the limits where there are any."""
    with pytest.raises(SettingError, match=words):
        param.check(setting)


@pytest.mark.parametrize("data", [[1], [1, 2, 3], ["a", "b"], {"choose": [1]}, {"choice": 3}, None])
def test_data_that_is_no_setting_is_refused(data: object) -> None:
    """A file may hold a value, [low, high] or {choice: [...]} and nothing else."""
    with pytest.raises(SettingError):
        LINEAR.from_data(data)


def test_every_declared_default_and_typical_range_survives_the_way_to_a_file_and_back() -> None:
    """For every parameter of every transform: setting to data to setting is the same."""
    for kind in registered().values():
        for param in kind.params().values():
            settings = [param.default, Options((param.default,))]
            if isinstance(param, Number):
                settings.append(Range(*param.typical))
            for setting in settings:
                checked = param.check(setting)
                assert param.from_data(param.to_data(checked)) == checked
                assert param.setting_words(checked)
