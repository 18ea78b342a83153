from __future__ import annotations

import copy
import os
import pickle
import re
import shutil
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engine import bank_cache
from engine import banks as banks_module
from engine.bank_cache import BankCache, keep_in_memory
from engine.banks import BankError, Banks, CheckBanks
from engine.draws import Key
from engine.files.convert import prepare, resample
from engine.files.encode import Encoding, encode
from engine.files.refused import FileRefused
from engine.params import bank
from engine.recipe import Drawn, Material, Recipe
from engine.transform import Streaming, StreamSpec, _registry

WAV = Encoding("wav", "16")


@pytest.fixture(scope="module", autouse=True)
def _plays_from_a_bank():  # type: ignore[no-untyped-def]
    """A transform that plays from a bank, for these tests alone."""

    class PlaysInTest(Streaming):
        """Plays a recording."""

        recordings: str = bank("background", help="What it plays.")

        def processor(self, spec: StreamSpec, draw: object) -> object:
            raise NotImplementedError

    yield
    del _registry["PlaysInTest"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "bank"
    for number in range(8):
        path = root / ("far" if number % 2 else ".") / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, number)
    return root


def write(path: Path, number: int, encoding: Encoding = WAV, frames: int = 2_000) -> None:
    samples = np.random.default_rng(number).standard_normal((1, frames)).astype(np.float32) * 0.1
    encode(path, (np.rint(samples * 32768) / 32768).astype(np.float32), 8_000, encoding)


def recipe(*keys: str, name: str = "background") -> Recipe:
    steps = [Drawn(f"s#{n}", "PlaysInTest", 1, (("recordings", name),), Key.of(key).hex) for n, key in enumerate(keys)]
    return Recipe(0, "a.wav", 1, tuple(steps))


def choices(folder: Path, count: int = 400) -> list[str]:
    found = Banks({"background": str(folder)}).resolve(recipe(*(f"k{n}" for n in range(count))))
    return [step.materials[0].path for step in found.steps]


def test_every_recording_is_chosen_about_equally_and_a_choice_depends_on_nothing_but_its_key(folder: Path) -> None:
    first = choices(folder)
    assert first == choices(folder)
    counts = Counter(first)
    assert len(counts) == 8
    assert all(25 < count < 80 for count in counts.values())
    moved = folder.rename(folder.parent / "elsewhere")
    assert choices(moved) == first


def test_adding_and_removing_a_recording_moves_only_the_choices_it_concerns(folder: Path) -> None:
    before = choices(folder)
    write(folder / "new.wav", 99)
    after = choices(folder)
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert 20 < len(moved) < 80
    assert {new for _, new in moved} == {"new.wav"}
    (folder / "new.wav").unlink()
    (folder / "0.wav").unlink()
    kept = [(old, new) for old, new in zip(before, choices(folder), strict=True) if old != "0.wav"]
    assert all(old == new for old, new in kept)


def test_a_broken_recording_is_passed_over_for_the_next_best(folder: Path) -> None:
    before = choices(folder, 60)
    (folder / "0.wav").write_text("no sound")
    flac = folder / "far" / "1.wav"
    write(flac, 1, Encoding("flac", "16"))
    flac.write_bytes(flac.read_bytes()[:2_000])
    after = choices(folder, 60)
    for old, new in zip(before, after, strict=True):
        assert new == old if old not in ("0.wav", "far/1.wav") else new not in ("0.wav", "far/1.wav")


def test_the_hash_is_of_the_sound_and_not_of_the_container(folder: Path) -> None:
    write(folder / "x.flac", 3, Encoding("flac", "16"))
    write(folder / "x.wav", 3, Encoding("wav", "24"))
    hashes = [BankCache().facts(str(folder / name)).sha256 for name in ("x.flac", "x.wav", "far/3.wav", "0.wav")]
    assert len(set(hashes[:3])) == 1
    assert hashes[3] != hashes[0]


def test_what_was_resolved_is_loaded_at_the_working_rate_and_kept(folder: Path) -> None:
    banks = Banks({"background": str(folder)})
    (step,) = banks.resolve(recipe("k")).steps
    clip = prepare(folder / step.materials[0].path, None, "keep")
    found = banks.load(step.materials[0], 16_000)
    np.testing.assert_array_equal(found, resample(clip.samples, 8_000, 16_000))
    assert not found.flags.writeable
    assert banks.load(step.materials[0], 16_000) is found
    np.testing.assert_array_equal(banks.load(step.materials[0], 8_000), clip.samples)


def test_a_recipe_that_was_resolved_keeps_its_recording(folder: Path) -> None:
    resolved = Banks({"background": str(folder)}).resolve(recipe("k"))
    shutil.rmtree(folder)
    folder.mkdir()
    write(folder / "other.wav", 5)
    assert Banks({"background": str(folder)}).resolve(resolved) == resolved


def test_a_recording_that_changed_or_went_is_refused(folder: Path) -> None:
    banks = Banks({"background": str(folder)})
    (step,) = banks.resolve(recipe("k")).steps
    path = folder / step.materials[0].path
    banks.load(step.materials[0], 8_000)
    write(path, 77, frames=2_001)
    with pytest.raises(BankError, match=f"^the recording {step.materials[0].path} of bank background sounds different"):
        banks.load(step.materials[0], 8_000)
    path.write_text("no sound")
    with pytest.raises(BankError, match=r"^bank background: .*is a text file"):
        banks.load(step.materials[0], 8_000)
    path.unlink()
    with pytest.raises(BankError, match=r"is not in .* any more"):
        Banks({"background": str(folder)}).load(step.materials[0], 8_000)


@pytest.mark.parametrize("path", ["../secret.wav", "/etc/passwd", "far/../../secret.wav", "nothing.wav"])
def test_a_recipe_reaches_nothing_outside_its_bank(folder: Path, path: str) -> None:
    write(folder.parent / "secret.wav", 1)
    with pytest.raises(BankError, match="is not in"):
        Banks({"background": str(folder)}).load(Material("background", path, "0" * 64), 8_000)


def test_a_bank_that_cannot_be_used_says_what_to_do(folder: Path) -> None:
    empty = folder.parent / "empty"
    empty.mkdir()
    broken = folder.parent / "broken"
    broken.mkdir()
    (broken / "a.wav").write_text("no sound")
    for name, count in (("silent", 1), ("quiet", 2), ("mixed", 2)):
        (folder.parent / name).mkdir()
        for number in range(count):
            encode(folder.parent / name / f"{number}.wav", np.zeros((1, 99), np.float32), 8_000, WAV)
    (folder.parent / "mixed" / "1.wav").write_text("no sound")
    for bindings, words in (
        ({}, r"choose its folder in the step's card, or add --bank background=DIR to the command"),
        ({"background": str(folder / "gone")}, "gone does not exist; choose another folder"),
        ({"background": str(empty)}, "holds no recording"),
        (
            {"background": str(broken)},
            r"the only recording in \S+ cannot be used \(a.wav is a text file, not sound\); choose another",
        ),
        ({"background": str(folder.parent / "silent")}, r"the only recording in \S+ is silent; choose another"),
        ({"background": str(folder.parent / "quiet")}, r"all recordings in \S+ are silent; choose another"),
        (
            {"background": str(folder.parent / "mixed")},
            r"none of the 2 recordings .* \(1.wav is a text file.*\); choose another",
        ),
    ):
        with pytest.raises(BankError, match=words):
            Banks(bindings).check({"background"})
        with pytest.raises(BankError, match=words):
            Banks(bindings).resolve(recipe("k"))
        if bindings:
            assert re.search(words, CheckBanks(tuple(bindings.items())).run()["background"])
    Banks({"background": str(folder)}).check({"background"})
    Banks({}).check(())


def test_banks_travel_as_their_bindings_alone(folder: Path) -> None:
    banks = Banks({"background": str(folder)})
    expected = banks.resolve(recipe("k"))
    data = pickle.dumps(banks)
    assert len(data) < 1_000
    assert pickle.loads(data).resolve(recipe("k")) == expected
    assert copy.copy(banks).resolve(recipe("k")) == expected


def test_the_cache_keeps_to_its_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bank_cache.CACHE_VARIABLE, "")
    keep_in_memory(1)
    cache, frames = BankCache(), 100_000
    for number in range(8):
        path = folder / ("far" if number % 2 else ".") / f"{number}.wav"
        write(path, number, frames=frames)
        first = cache.samples(str(path), 8_000)
        assert cache.samples(str(path), 8_000) is first
        assert sum(samples.nbytes for samples in cache._held.values()) == cache._bytes <= 2**20
    assert len(cache._held) == 2
    write(folder / "0.wav", 55, frames=2**20)
    assert cache.samples(str(folder / "0.wav"), 8_000).shape == (1, 2**20)
    assert cache._bytes <= 2**20


def test_a_long_recording_is_never_held_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sounds as a short one does, its hash is the same, and what is played of it lies on the disk."""
    path = folder / "long.wav"
    write(path, 5, frames=3_000_000)
    facts = BankCache().facts(str(path))
    clip = prepare(path, None, "keep")
    monkeypatch.setattr(bank_cache, "LONG_BYTES", 100_000)
    cache = BankCache()
    tracemalloc.start()
    assert cache.facts(str(path)) == facts
    assert tracemalloc.get_traced_memory()[1] < path.stat().st_size
    tracemalloc.stop()
    np.testing.assert_array_equal(cache.samples(str(path), 8_000), clip.samples)
    resampled = cache.samples(str(path), 11_025)
    whole = resample(clip.samples, 8_000, 11_025)
    assert resampled.shape == whole.shape
    assert np.abs(resampled - whole).max() < 1e-5
    assert cache.samples(str(path), 11_025) is resampled
    assert not resampled.flags.writeable
    assert not cache._held
    monkeypatch.setattr(bank_cache.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    with pytest.raises(FileRefused, match=r"long.wav decodes to 0.0 GB, and there is no temporary space for it"):
        cache.samples(str(path), 16_000)


def test_silence_is_passed_over_and_said_once(folder: Path) -> None:
    before = choices(folder, 60)
    encode(folder / "0.wav", np.full((2, 3_000), 5e-6, np.float32), 8_000, Encoding("wav", "32f"))
    after = choices(folder, 60)
    assert all(new == old if old != "0.wav" else new != "0.wav" for old, new in zip(before, after, strict=True))
    banks = Banks({"background": str(folder)})
    banks.resolve(recipe(*(f"k{n}" for n in range(60))))
    assert banks.newly_skipped() == (("background", "0.wav is silent"),)
    banks.resolve(recipe(*(f"k{n}" for n in range(60))))
    assert banks.newly_skipped() == ()


def test_a_recording_that_ends_in_silence_is_heard(folder: Path) -> None:
    """However long that is: it is read in pieces, and the last of them is nothing but silence."""
    sound = np.zeros((1, 300_000), np.float32)
    sound[:, 100:200] = 0.5
    encode(folder / "late.wav", sound, 8_000, WAV)
    assert not BankCache().facts(str(folder / "late.wav")).silent


def test_a_recording_that_comes_within_the_same_tick_of_the_clock_is_seen(folder: Path) -> None:
    """A file system that counts seconds gives the folder the same time before and after."""
    now = time.time()
    os.utime(folder, (now, now))
    assert "late.wav" not in choices(folder, 200)
    write(folder / "late.wav", 77)
    os.utime(folder, (now, now))
    assert "late.wav" in choices(folder, 200)


def test_a_folder_is_listed_again_only_when_something_came_or_went(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every knob that is turned a worker and the audio process open the banks anew."""
    listings: list[object] = []
    walk = banks_module.walk
    monkeypatch.setattr(banks_module, "walk", lambda root: [listings.append(root), *walk(root)][1:])
    for one in (folder, folder / "far"):
        os.utime(one, (1e9, 1e9))
    known = choices(folder, 40)
    assert choices(folder, 40) == known
    assert len(listings) == 1
    (folder / "far" / "1.wav").rename(folder / "far" / "new.wav")
    assert "far/new.wav" in choices(folder, 200)
    assert len(listings) == 2
