"""CPU time of every transform that audiomentations has too, and of a whole chain, beside it: `make bench ARGS=speed`.

Both get the same ten seconds and the same settings, in turns in one process; the figure of each is the least of its
rounds, in times real time for one CPU second, and how many microseconds a clip takes longer here. What is drawn,
measured and rendered counts; files do not. The chains end in their guard, as they do by default; theirs have none.
Ends with 1 if a target is missed.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.banks import Banks
from engine.chain import Chain, Step
from engine.files.encode import Encoding, encode
from engine.render import Renderer
from tests.bench._pairs import BANDS_HZ, FASTER, pairs

RATE = 32_000
SECONDS = 10.0
ROUNDS = 15
LEAST = 1 / 1.2
"""What is within this counts as not slower: the clock is no better."""

CHAIN, WITH_PITCH = 2.5, 1.5

Work = Callable[[], Any]


def main() -> int:
    """Print the table; gives 1 if a target is missed."""
    warnings.simplefilter("ignore")
    import audiomentations

    sound = speech_like()
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        background, rooms = _banks(Path(folder))
        banks = Banks({"background": background, "rooms": rooms})
        print(f"{SECONDS:.0f} s, mono, {RATE} Hz; times real time by the CPU second, the best of {ROUNDS} rounds\n")
        print(f"{'transform':<32}{'ours':>9}{'theirs':>9}{'ratio':>8}{'asked':>8}{'us':>8}")
        for pair in pairs(background, rooms):
            theirs = getattr(audiomentations, pair.theirs)(**pair.arguments, p=1.0)
            ours = _ours(Chain(steps=(step(pair.ours, pair.settings),), guard="none"), sound, banks)
            missed += _line(
                f"{pair.ours} {pair.note}", ours, lambda t=theirs: t(sound, RATE), FASTER.get(pair.ours, LEAST)
            )
        for name, pitch, asked in (("chain without pitch", False, CHAIN), ("chain with pitch", True, WITH_PITCH)):
            ours = _ours(our_chain(pitch), sound, banks)
            theirs = _their_chain(audiomentations, pitch, rooms)
            missed += _line(name, ours, lambda t=theirs: t(sound, RATE), asked)
    print(f"\nmissed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def speech_like() -> np.ndarray:
    """Noise whose level moves as speech does, (frames,) float32."""
    rng = np.random.default_rng(5)
    frames = round(SECONDS * RATE)
    level = np.interp(np.arange(frames), np.arange(0, frames, RATE // 4), rng.uniform(0.02, 1, frames // (RATE // 4)))
    sound: np.ndarray = (0.1 * level * rng.standard_normal(frames)).astype(np.float32)
    return sound


def step(name: str, settings: dict[str, Any]) -> Step:
    """A step with these settings, checked."""
    made = Step(id=name, transform=name)
    for key, value in settings.items():
        made = made.with_setting(key, value)
    return made


def our_chain(pitch: bool) -> Chain:
    """SNR noise, shift, pitch, an equaliser of seven bands and a response of a second."""
    eq = {f"gain_{hz}_hz_db": 5 for hz in BANDS_HZ}
    steps = [step("WhiteNoise", {"snr_db": 20}), step("Shift", {"shift_percent": 25})]
    steps += [step("PitchShift", {"semitones": 2})] if pitch else []
    return Chain(steps=(*steps, step("SevenBandEq", eq), step("ImpulseResponse", {})))


def _their_chain(audiomentations: Any, pitch: bool, rooms: str) -> Any:
    parts = [
        audiomentations.AddGaussianSNR(min_snr_db=20, max_snr_db=20, p=1.0),
        audiomentations.Shift(min_shift=0.25, max_shift=0.25, p=1.0),
        audiomentations.SevenBandParametricEQ(min_gain_db=5, max_gain_db=5, p=1.0),
        audiomentations.ApplyImpulseResponse(rooms, p=1.0),
    ]
    if pitch:
        parts.insert(2, audiomentations.PitchShift(min_semitones=2, max_semitones=2, p=1.0))
    return audiomentations.Compose(parts)


def _ours(chain: Chain, sound: np.ndarray, banks: Banks) -> Work:
    """What an export does between a decoded clip and the samples of its take, another variant each time."""
    clip = sound[np.newaxis]
    variants = iter(range(1, 10_000))

    def work() -> np.ndarray:
        recipe = banks.resolve(chain.draw(7, "clip.wav", next(variants)))
        return Renderer(RATE, banks).take(clip, recipe.steps).samples

    return work


def _line(name: str, ours: Work, theirs: Work, asked: float) -> list[str]:
    mine, other = _least(ours, theirs)
    ratio = other / mine
    fine = ratio >= asked
    figures = f"{SECONDS / mine:>9,.0f}{SECONDS / other:>9,.0f}{ratio:>8.2f}{asked:>8.2f}{(mine - other) * 1e6:>8.0f}"
    print(f"{name:<32}{figures}{'' if fine else '  MISSED'}", flush=True)
    return [] if fine else [name.strip()]


def _least(ours: Work, theirs: Work) -> tuple[float, float]:
    """The least CPU seconds of each, taken in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in zip((ours, theirs), found, strict=True):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
    return min(found[0]), min(found[1])


def _banks(folder: Path) -> tuple[str, str]:
    """A folder with a minute of noise and one with a response of a second."""
    rng = np.random.default_rng(9)
    noise = 0.1 * rng.standard_normal((1, 60 * RATE))
    response = rng.standard_normal((1, RATE)) * np.exp(-np.arange(RATE) / (0.15 * RATE))
    response /= np.abs(response).max() / 0.9
    for name, samples in (("background", noise), ("rooms", response)):
        (folder / name).mkdir()
        written = (np.rint(samples * 32768) / 32768).astype(np.float32)
        encode(folder / name / "one.wav", np.clip(written, -1, 0.9999), RATE, Encoding("wav", "16"))
    return str(folder / "background"), str(folder / "rooms")


if __name__ == "__main__":
    sys.exit(main())
