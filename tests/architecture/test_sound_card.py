"""The virtual sound card of the tests: what is played to it by another process comes back sample for sample."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tests.support.sound import PROBE_FRAMES, SoundCard, find_probes

RATE = 44100

PLAY = """
import numpy as np, sounddevice
sound = np.random.default_rng(7).uniform(-0.5, 0.5, (2 * {rate}, 2)).astype(np.float32)
silence = np.zeros(({rate} // 5, 2), np.float32)
with sounddevice.OutputStream({rate}, 512, "{device}", 2, "float32", latency=0.2) as stream:
    stream.write(np.concatenate((silence, sound, silence)))
"""


def _noise() -> np.ndarray:
    return np.random.default_rng(7).uniform(-0.5, 0.5, (2 * RATE, 2)).astype(np.float32).T


@pytest.mark.parametrize("sound_card", [RATE], indirect=True)
def test_what_is_played_is_recorded_to_the_bit(sound_card: SoundCard) -> None:
    with sound_card.recording() as recording:
        code = PLAY.format(rate=RATE, device=sound_card.name)
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
    found = find_probes(_noise(), recording.samples)
    assert found.exact >= 15, found
    assert found.changed == 0, found


@pytest.mark.usefixtures("no_sound_card")
def test_without_a_card_there_is_no_device() -> None:
    code = (
        "import sounddevice; print([one['name'] for one in sounddevice.query_devices() if one['max_output_channels']])"
    )
    asked = subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True)
    assert asked.stdout.strip() == "[]"


def test_probes_are_told_apart() -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 5 * PROBE_FRAMES)).astype(np.float32)
    heard = np.concatenate((np.zeros((2, 777), np.float32), sound), axis=1)
    assert find_probes(sound, heard) == find_probes(sound, sound)
    assert find_probes(sound, sound).exact == 5
    heard[:, 777 + PROBE_FRAMES + 5] += 1e-6
    heard[:, 777 + 3 * PROBE_FRAMES : 777 + 4 * PROBE_FRAMES] = 0
    found = find_probes(sound, heard)
    assert (found.exact, found.changed, found.missing) == (3, 1, 1)
