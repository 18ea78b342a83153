"""What the ten minutes of the bench rest on: a probe that was changed is told from one that was cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.support.playing import noise
from tests.support.probes import Probed, follow
from tests.support.sound import PROBE_FRAMES

SOUND = noise(10 * 48_000)


def _heard(rounds: int = 2) -> NDArray[np.float32]:
    return np.concatenate((np.zeros((5000, 2), np.float32), np.tile(SOUND, rounds).T))


def test_a_sound_is_followed_round_and_round() -> None:
    found = follow(SOUND, _heard())
    assert (found.changed, found.missing) == (0, 0)
    assert found.exact == 2 * SOUND.shape[1] // PROBE_FRAMES - 1  # it is first heard somewhere within its first probe


def test_gaps_and_lost_stretches_cost_the_probes_that_they_cut() -> None:
    heard, whole = _heard(), follow(SOUND, _heard())
    gap = np.insert(heard, 60_000, np.zeros((3000, 2)), axis=0)
    assert follow(SOUND, gap) == Probed(whole.exact - 1, 0, 1)
    lost = np.delete(heard, slice(60_000, 60_300), axis=0)
    assert follow(SOUND, lost) == Probed(whole.exact - 1, 0, 1)
    stalled = np.insert(heard, 60_000, np.zeros((3 * 48_000, 2)), axis=0)
    assert follow(SOUND, stalled) == Probed(whole.exact - 1, 0, 1)


def test_a_changed_stretch_is_no_lost_one() -> None:
    heard, whole = _heard(), follow(SOUND, _heard())
    start = 5000 + 20 * PROBE_FRAMES
    heard[start : start + 2 * PROBE_FRAMES] *= np.float32(0.999)
    found = follow(SOUND, heard)
    assert (found.changed, found.missing) == (1, 2)  # two are cut by its ends
    assert found.all == whole.all
    assert follow(SOUND, np.zeros((90_000, 2), np.float32)) == Probed(0, 0, 0)
