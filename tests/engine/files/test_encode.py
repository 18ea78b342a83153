from __future__ import annotations

import hashlib
import io
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.files import encode as encoding_module
from engine.files.decode import read
from engine.files.encode import EncodeError, Encoding, encode, sha256_of
from engine.files.ogg import pages
from engine.files.quantise import quantised
from engine.files.wav import header
from tests.engine.files.corpus import error_db, plain_wav, sound

ALL = [
    Encoding("wav", "16"), Encoding("wav", "24"), Encoding("wav", "32f"), Encoding("flac", "16"),
    Encoding("flac", "24"), Encoding("ogg"), Encoding("mp3"),
]  # fmt: skip
WHOLE = [encoding for encoding in ALL if encoding.format in ("wav", "flac")]


def name(encoding: Encoding) -> str:
    return f"{encoding.format}-{encoding.bits}"


def noise(channels: int = 2, frames: int = 150_000) -> np.ndarray:
    return (np.random.default_rng(3).standard_normal((channels, frames)) * 0.2).astype(np.float32)


@pytest.mark.parametrize("encoding", WHOLE, ids=name)
def test_lossless_files_hold_what_an_exact_quantiser_says(tmp_path: Path, encoding: Encoding) -> None:
    """Held against soundfile's reading and against integers that are made with Python's own arithmetic."""
    import soundfile

    samples = noise(3)
    samples[0, :6] = [1.0, -1.0, 1.5, -1.5, 0.5 / 32768, 1.5 / 32768]
    path = tmp_path / f"a{encoding.suffix}"
    encode(path, samples, 44_100, encoding)
    ours = read(path).samples
    if encoding.bits == "32f":
        np.testing.assert_array_equal(ours, samples)
        return
    scale = 2 ** (int(encoding.bits) - 1)
    truth = [min(max(round(value * scale), -scale), scale - 1) for value in samples[0].tolist()]
    np.testing.assert_array_equal(ours[0] * scale, truth)
    theirs, rate = soundfile.read(path, dtype="int32")
    assert rate == 44_100
    np.testing.assert_array_equal(theirs.T[0] >> (32 - int(encoding.bits)), truth)
    assert soundfile.info(path).subtype == f"PCM_{encoding.bits}"


def test_wav_and_flac_hold_the_same_numbers(tmp_path: Path) -> None:
    for bits in ("16", "24"):
        encode(tmp_path / "a.wav", noise(), 48_000, Encoding("wav", bits))
        encode(tmp_path / "a.flac", noise(), 48_000, Encoding("flac", bits))
        np.testing.assert_array_equal(read(tmp_path / "a.wav").samples, read(tmp_path / "a.flac").samples)


@pytest.mark.parametrize("encoding", WHOLE, ids=name)
def test_what_was_read_is_written_back_unchanged(tmp_path: Path, encoding: Encoding) -> None:
    encode(tmp_path / "a", sound(), 44_100, encoding)
    encode(tmp_path / "b", read(tmp_path / "a").samples, 44_100, encoding)
    assert sha256_of(tmp_path / "a") == sha256_of(tmp_path / "b")


def test_halves_go_to_even_and_full_scale_is_clipped() -> None:
    given = np.array([[0.5, 1.5, 2.5, -0.5, -1.5, 32767.5, 32768, 4e9, -32768.5, -4e9]], np.float32) / 32768
    assert quantised(given, 16).tolist() == [[0, 2, 2, 0, -2, 32767, 32767, 32767, -32768, -32768]]
    step = np.float32(2.0**-23)
    assert quantised(np.array([[1 - step, 1, -1, step]], np.float32), 24).tolist() == [[8388607, 8388607, -8388608, 1]]


def test_a_plain_wav_is_what_the_specification_says(tmp_path: Path) -> None:
    encode(tmp_path / "a.wav", sound(), 44_100, Encoding("wav", "16"))
    assert (tmp_path / "a.wav").read_bytes() == plain_wav(sound(), 44_100, "s16")
    encode(tmp_path / "a.wav", sound(1, 3), 44_100, Encoding("wav", "24"))
    data = (tmp_path / "a.wav").read_bytes()
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    assert len(data) % 2 == 0


@pytest.mark.parametrize("bits", ["16", "24", "32f"])
@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8, 32])
def test_any_program_reads_our_wav(tmp_path: Path, bits: str, channels: int) -> None:
    import soundfile

    encode(tmp_path / "a.wav", sound(channels, 1_001), 48_000, Encoding("wav", bits))
    theirs, _ = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    np.testing.assert_array_equal(theirs.T, sound(channels, 1_001))


def test_a_wav_beyond_four_gibibytes_is_rf64(tmp_path: Path) -> None:
    import soundfile

    frames = 1_200_000_000
    path = tmp_path / "a.wav"
    head = header(2, frames, 48_000, "16")
    assert head[:4] == b"RF64"
    path.write_bytes(head)
    os.truncate(path, len(head) + frames * 4)
    info = soundfile.info(path)
    assert (info.frames, info.channels, info.samplerate) == (frames, 2, 48_000)


def test_the_bytes_depend_on_the_samples_alone(tmp_path: Path) -> None:
    for encoding in ALL:
        encode(tmp_path / f"{name(encoding)}-first", noise(), 48_000, encoding)
    time.sleep(1.05)  # Ogg's stream number and the PEAK chunk of other writers come from a clock of seconds.
    for encoding in ALL:
        first = sha256_of(tmp_path / f"{name(encoding)}-first")
        encode(tmp_path / "again", noise(), 48_000, encoding)
        assert sha256_of(tmp_path / "again") == first
        encode(tmp_path / "other", -noise(), 48_000, encoding)
        assert sha256_of(tmp_path / "other") != first
        assert first == hashlib.sha256((tmp_path / f"{name(encoding)}-first").read_bytes()).hexdigest()


@pytest.mark.parametrize("encoding", ALL, ids=name)
@pytest.mark.parametrize("frames", [1, 2, 575, 65_536, 65_537])
@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_every_length_comes_back_exactly(tmp_path: Path, encoding: Encoding, frames: int, rate: int) -> None:
    path = tmp_path / "a"
    encode(path, noise(2, frames), rate, encoding)
    found = read(path)
    assert (found.sample_rate, found.channels, found.frames) == (rate, 2, frames)


@pytest.mark.parametrize("encoding", [Encoding("ogg"), Encoding("mp3")], ids=name)
def test_lossy_files_are_near_and_not_shifted(tmp_path: Path, encoding: Encoding) -> None:
    encode(tmp_path / "a", 2 * sound(), 44_100, encoding)
    found = read(tmp_path / "a").samples
    assert error_db(found, np.clip(2 * sound(), -1, 1)) < -18


def test_an_ogg_of_six_channels_is_in_wav_order_everywhere(tmp_path: Path) -> None:
    """Other programs reorder what they read; FFmpeg's own decoder is asked."""
    import av

    rate = 48_000
    rows = [0.3 * np.sin(2 * np.pi * (60 if n == 3 else 500 + 400 * n) * np.arange(rate) / rate) for n in range(6)]
    encode(tmp_path / "a.ogg", np.array(rows, np.float32), rate, Encoding("ogg"))
    with av.open(str(tmp_path / "a.ogg")) as container:
        theirs = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    for found in (theirs, read(tmp_path / "a.ogg").samples):
        peaks = np.abs(np.fft.rfft(found[:, :rate], axis=1)).argmax(axis=1)
        assert peaks.tolist() == [500, 900, 1300, 60, 2100, 2500]


def test_the_pages_of_an_ogg_are_sealed(tmp_path: Path) -> None:
    encode(tmp_path / "a.ogg", noise(), 44_100, Encoding("ogg"))
    found = list(pages(io.BytesIO((tmp_path / "a.ogg").read_bytes())))
    assert len(found) > 2
    assert len({page.serial for page in found}) == 1
    assert all(page.is_sound() for page in found)


@pytest.mark.parametrize(
    ("encoding", "rate", "channels", "words"),
    [
        (Encoding("mp3"), 32_001, 1, "mp3 cannot hold 32,001 Hz"), (Encoding("mp3"), 44_100, 3, "at most 2 channels"),
        (Encoding("flac", "16"), 44_100, 9, "at most 8 channels"), (Encoding("flac", "16"), 700_000, 1, "655,350"),
        (Encoding("ogg"), 300_000, 1, "200,000"), (Encoding("flac", "32f"), 44_100, 1, "16 or 24 bits, not 32f"),
        (Encoding("wav", "8"), 44_100, 1, "16 or 24 or 32f bits, not 8"), (Encoding("wav"), 10, 1, "not 10"),
        (Encoding("aac"), 44_100, 1, "one of wav, flac, ogg, mp3, not aac"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_refused_first(
    tmp_path: Path, encoding: Encoding, rate: int, channels: int, words: str
) -> None:
    with pytest.raises(EncodeError, match=words):
        encoding.check(rate, channels)
    with pytest.raises(EncodeError, match=words):
        encode(tmp_path / "a", noise(channels, 10), rate, encoding)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("encoding", ALL, ids=name)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_are_not_written(tmp_path: Path, encoding: Encoding, bad: float) -> None:
    samples = noise(1, 100)
    samples[0, 50] = bad
    with pytest.raises(EncodeError, match=r"a\.x cannot be written: the sound holds samples that are not finite"):
        encode(tmp_path / "a.x", samples, 44_100, encoding)
    with pytest.raises(EncodeError, match="no frame"):
        encode(tmp_path / "a.x", noise(1, 0), 44_100, encoding)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("encoding", ALL, ids=name)
def test_the_limits_of_a_format_can_be_reached(tmp_path: Path, encoding: Encoding) -> None:
    channels = encoding_module._CHANNELS_MAX[encoding.format]
    rate = encoding_module._RATE_MAX_HZ[encoding.format]
    encode(tmp_path / "a", sound(channels, 500), rate, encoding)
    found = read(tmp_path / "a")
    assert (found.channels, found.sample_rate, found.frames) == (channels, rate, 500)


def test_a_link_in_the_way_is_replaced_and_never_written_through(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("alive")
    (tmp_path / "a.wav").symlink_to(canary)
    (tmp_path / "a.wav.part").symlink_to(canary)
    encode(tmp_path / "a.wav", sound(), 44_100, Encoding("wav", "16"))
    assert canary.read_text() == "alive"
    assert not (tmp_path / "a.wav").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "canary"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match=r"^a\.wav cannot be written: No such file"):
        encode(tmp_path / "gone" / "a.wav", sound(), 44_100, Encoding("wav", "16"))


@pytest.mark.parametrize("encoding", ALL, ids=name)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, encoding: Encoding) -> None:
    resource = pytest.importorskip("resource", reason="only POSIX limits the size of files")
    path = tmp_path / "a"
    path.write_text("the old file")
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(EncodeError, match=r"^a cannot be written: "):
            encode(path, noise(), 44_100, encoding)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert os.listdir(tmp_path) == ["a"]
    assert path.read_text() == "the old file"


def test_importing_the_files_imports_no_decoder() -> None:
    code = (
        "import sys, engine.banks, engine.files.encode, engine.files.convert;"
        "print([name for name in ('soundfile', 'av', 'soxr', 'scipy') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
