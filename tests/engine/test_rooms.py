"""Rooms that are computed and the way through the air: plain loops, a standard's table, Schroeder's integral."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.dsp.shoebox import Room, absorption_for, box_response, places
from engine.transform import Streaming
from engine.transforms.space import AirAbsorption, Distance, RoomSimulator
from tests.contract import stage
from tests.support.processing import decibels, impulse, processed

C = 343.0
SIZE = (4.5, 3.7, 2.6)


def decay_s(response: NDArray[np.float64], rate: int) -> float:
    """The reverberation time: a line through Schroeder's integral from -5 to -35 dB, behind the direct sound."""
    behind = response[int(np.argmax(np.abs(response))) + rate // 400 :].astype(np.float64)
    left = np.cumsum(behind[::-1] ** 2)[::-1]
    level_db = 10 * np.log10(left / left[0] + 1e-30)
    first, last = int(np.argmax(level_db < -5)), int(np.argmax(level_db < -35))
    slope = np.polyfit(np.arange(first, last) / rate, level_db[first:last], 1)[0]
    return float(-60 / slope)


def ring(transform: Streaming, rate: int, name: str = "a", channels: int = 1) -> Samples:
    """What becomes of an impulse at frame 200, with its tail."""
    return stage.render(transform, impulse(400, channels, at=200), rate, Draw(Key.of(name)), tail=True)


@pytest.mark.golden("RoomSimulator", by="Schroeder's integral", within="10 % of the reverberation time asked for")
@pytest.mark.parametrize("max_order", [3, 6, 10])
@pytest.mark.parametrize("rt60_s", [0.15, 0.3, 0.8, 2.0])
def test_a_room_rings_as_long_as_was_asked(rt60_s: float, max_order: int) -> None:
    for name in ("a", "b", "c"):
        room = RoomSimulator(rt60_s=rt60_s, max_order=max_order, air_absorption=False)
        assert abs(decay_s(ring(room, 16000, name)[0], 16000) / rt60_s - 1) < 0.1


def image_sources(room: Room, microphone: int, orders: int) -> NDArray[np.float64]:
    """Rows of when and how strong each image is heard, by Allen and Berkley: a mirrored room for each three numbers."""
    kept = np.sqrt(1 - room.absorption)
    heard = []
    for number in itertools.product(range(-orders, orders + 1), repeat=3):
        order = sum(map(abs, number))
        if order <= orders:
            sides = zip(number, room.size_m, room.source_m, room.microphones_m[microphone], strict=True)
            away = [n * side + (source if n % 2 == 0 else side - source) - here for n, side, source, here in sides]
            distance = float(np.linalg.norm(away))
            heard.append((distance / C, kept**order / distance, order))
    return np.array(heard)


@pytest.mark.golden(
    "RoomSimulator", by="Allen and Berkley's images as a plain loop", within="2e-3: sincs are read from a table"
)
def test_early_echoes_are_where_the_images_are() -> None:
    rate, order = 16000, 4
    source, microphones = places(Key.of("room"), SIZE, 1.7, 0.1, 3)
    room = Room(SIZE, 0.3, source, microphones, order, air=False)
    response, direct = box_response(room, Key.of("room"), rate)
    start_s = float(np.linalg.norm(np.subtract(source, microphones[0]))) / C
    for channel in range(3):
        images = image_sources(room, channel, order + 1)
        complete_s = images[images[:, 2] > order, 0].min()
        expected = np.zeros(response.shape[1])
        for when, strength, _order in images[images[:, 0] < complete_s]:
            apart = np.arange(expected.size) - direct - (when - start_s) * rate
            expected += (
                strength * np.sinc(apart) * np.where(np.abs(apart) < 40, 0.5 + 0.5 * np.cos(np.pi * apart / 40), 0)
            )
        expected = sosfilt(butter(2, 20, "high", fs=rate, output="sos"), expected * start_s * C)
        end = direct + int((complete_s - start_s) * rate) - 60
        assert end > 150
        unit = response[0, direct] / expected[direct] if channel == 0 else unit  # noqa: F821  # from the first channel
        assert np.abs(response[channel, :end] / unit - expected[:end]).max() < 2e-3


def test_the_tail_goes_on_where_the_images_end() -> None:
    """All that is reverberant has the energy that the direct sound has at the critical distance, 0.057 sqrt(V / T)."""
    apart = []
    for turn in range(24):
        key = Key.of("energy", turn)
        source, microphones = places(key, SIZE, 1.0, 0, 1)
        room = Room(SIZE, absorption_for(SIZE, 0.6), source, microphones, 3, air=False)
        response, direct = box_response(room, key, 16000)
        power = np.square(response[0] / response[0, direct])
        critical_m = 0.057 * np.sqrt(np.prod(SIZE) / 0.6)
        apart.append(10 * np.log10(power[direct + 20 :].sum() * critical_m**2 / 1.0**2))
    assert abs(np.mean(apart)) < 1


@pytest.mark.parametrize("rate", [8000, 18150, 37250, 40650, 192000])
def test_the_direct_sound_is_there_at_every_rate(rate: int) -> None:
    """At some rates the time of a whole frame, times the rate, is a little less than that frame."""
    source, microphones = places(Key.of("room"), SIZE, 1.0, 0.1, 2)
    response, direct = box_response(Room(SIZE, 0.5, source, microphones, 2, air=False), Key.of("room"), rate)
    assert int(np.argmax(np.abs(response[0]))) == direct


def test_the_first_channel_hears_the_same_however_many_there_are() -> None:
    one, three = ring(RoomSimulator(), 16000), ring(RoomSimulator(), 16000, channels=3)
    assert np.abs(three[0, : one.shape[1]] - one[0]).max() < 1e-6
    assert np.abs(three[1] - three[0]).max() > 1e-3


@pytest.mark.parametrize(("size_m", "distance_m"), [(1.0, 30.0), (50.0, 30.0), (3.7, 0.1)])
def test_all_that_is_in_a_room_is_in_it(size_m: float, distance_m: float) -> None:
    size = (size_m, size_m, min(size_m, 20.0))
    for turn in range(20):
        source, microphones = places(Key.of(turn), size, distance_m, 1.0, 8)
        for place in (source, *microphones):
            assert all(0.2 <= axis <= side - 0.2 for axis, side in zip(place, size, strict=True))
        if distance_m < size_m:
            assert abs(np.linalg.norm(np.subtract(source, microphones[0])) - distance_m) < 1e-5


HASHED = """
import hashlib
from engine.draws import Key
from engine.dsp.shoebox import Room, box_response
room = Room((4.5, 3.7, 2.6), 0.3, (1.0, 2.0, 1.1), ((2.5, 1.5, 1.3), (2.6, 1.5, 1.3)), 6, True)
print(hashlib.sha256(box_response(room, Key.of("x"), 16000)[0].tobytes()).hexdigest())
"""


def test_a_room_is_the_same_bytes_in_every_thread_and_process() -> None:
    def hashed() -> str:
        room = Room(SIZE, 0.3, (1.0, 2.0, 1.1), ((2.5, 1.5, 1.3), (2.6, 1.5, 1.3)), 6, True)
        return hashlib.sha256(box_response(room, Key.of("x"), 16000)[0].tobytes()).hexdigest()

    with ThreadPoolExecutor(4) as threads:
        turns = [threads.submit(hashed) for _ in range(8)]
    elsewhere = subprocess.run([sys.executable, "-c", HASHED], capture_output=True, text=True, check=True)
    assert {turn.result() for turn in turns} == {elsewhere.stdout.strip()}


OCTAVES = 1000 * 10 ** (0.3 * np.arange(-4, 4))
DB_PER_KM = {
    (10, 70): [0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117],
    (20, 70): [0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6],
    (30, 70): [0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3],
    (15, 20): [0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202],
    (15, 50): [0.1, 0.5, 1.2, 2.2, 4.2, 10.8, 36.2, 129],
    (15, 80): [0.1, 0.3, 1.1, 2.4, 4.1, 8.3, 23.7, 82.8],
}
"""ISO 9613-2:1996, table 2: what the air takes, by °C and %."""


def at_octaves(transform: Streaming, rate: int) -> NDArray[np.float64]:
    """The transform's gain in the octave bands of the standard."""
    heard = processed(transform, impulse(rate, at=rate // 2), rate)[0].astype(np.float64)
    turns = np.exp(-2j * np.pi * OCTAVES[:, np.newaxis] / rate * np.arange(rate))
    return 20 * np.log10(np.abs(turns @ heard))


@pytest.mark.golden(
    "AirAbsorption", by="ISO 9613-2, table 2", within="0.1 dB: the table is rounded to 0.1 dB/km, at 500 m"
)
@pytest.mark.parametrize("rate", [32000, 96000])
@pytest.mark.parametrize(("temperature_c", "humidity_percent"), DB_PER_KM)
def test_the_air_takes_what_the_standard_says(temperature_c: float, humidity_percent: float, rate: int) -> None:
    air = AirAbsorption(distance_m=500, temperature_c=temperature_c, humidity_percent=humidity_percent)
    expected = -0.5 * np.array(DB_PER_KM[temperature_c, humidity_percent])  # type: ignore[index]
    within = 0.1 + 0.005 * np.abs(expected)
    assert np.all(np.abs(at_octaves(air, rate) - expected) < within)


@pytest.mark.golden("Distance", by="the law of 1/r and ISO 9613-2, table 2", within="0.1 dB: the table is rounded")
@pytest.mark.parametrize("distance_m", [0.5, 2.0, 20.0, 200.0])
def test_a_source_in_the_open_falls_by_6_db_for_twice_the_distance(distance_m: float) -> None:
    away = Distance(distance_m=distance_m, rt60_s=0, temperature_c=20, humidity_percent=70)
    expected = -20 * np.log10(distance_m) - distance_m / 1000 * np.array(DB_PER_KM[20, 70])
    assert np.abs(at_octaves(away, 32000) - expected).max() < 0.1


@pytest.mark.golden(
    "Distance", by="the definition of the critical distance", within="0.5 dB: the air takes a little of both"
)
@pytest.mark.parametrize("distance_m", [0.5, 1.0, 4.0, 16.0])
def test_the_room_comes_out_as_the_source_goes_away(distance_m: float) -> None:
    for channels in (1, 2):
        heard = ring(Distance(distance_m=distance_m, rt60_s=0.6, critical_distance_m=2), 8000, channels=channels)
        for response in heard.astype(np.float64):
            direct = response[200] ** 2
            ratio_db = 10 * np.log10(direct / (np.sum(response**2) - direct))
            assert abs(ratio_db - decibels(2 / distance_m)) < 0.5


@pytest.mark.parametrize("rt60_s", [0.2, 0.5, 1.5])
def test_the_room_of_a_distant_source_rings_as_long_as_was_asked(rt60_s: float) -> None:
    heard = ring(Distance(distance_m=8, rt60_s=rt60_s), 8000)[0]
    assert abs(decay_s(heard[200:], 8000) / rt60_s - 1) < 0.1
