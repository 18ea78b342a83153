"""The pictures on help pages: what a transform does is to be seen in them."""

from __future__ import annotations

import numpy as np

from engine.analysis.effect import Effect, EffectRequest, Shape

COLUMNS, ROWS = 60, 48


def effect(transform: str) -> Effect:
    return EffectRequest(transform, COLUMNS, ROWS).run()


def upper(shape: Shape) -> float:
    """How strong the highest eighth of the frequencies is."""
    return float(shape.indices[-ROWS // 8 :].mean())


def test_both_sides_are_pictured_in_the_same_columns_and_rows() -> None:
    for transform in ("LowPass", "TimeStretch"):
        made = effect(transform)
        for shape in (made.before, made.after):
            assert shape.indices.shape == (ROWS, COLUMNS)
            assert shape.low.shape == shape.high.shape == (COLUMNS,)
            assert (shape.low <= shape.high).all()


def test_what_the_transform_does_is_seen() -> None:
    """A low-pass takes the upper frequencies away, a gain makes the waveform higher, backwards is backwards."""
    low = effect("LowPass")
    assert upper(low.after) < upper(low.before) / 2
    gain = effect("Gain")
    assert gain.after.high.max() > 1.5 * gain.before.high.max()
    back = effect("Reverse")
    assert np.corrcoef(back.after.high, back.before.high[::-1])[0, 1] > 0.99


def test_a_shorter_take_ends_earlier_on_the_same_time_axis() -> None:
    speed = effect("Speed")
    assert dict(speed.values)["rate"] > 1
    assert speed.after.high[-1] == speed.after.low[-1] == 0
    assert speed.before.high[-1] > speed.before.low[-1]
