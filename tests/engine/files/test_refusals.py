from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.files.decode import read
from engine.files.probe import FileRefused, probe
from tests.engine.files.corpus import by_pyav, by_soundfile, plain_wav, sound

FOREIGN = {
    "a text file": b"Dear reader,\nthis is no sound.\n",
    "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "a ZIP archive": b"PK\x03\x04\x14\x00\x00\x00" + bytes(100),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a playlist": b"#EXTM3U\nhttp://example.org/a.ts\n",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a MIDI file": b"MThd\x00\x00\x00\x06" + bytes(100),
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    "nothing but zero bytes": bytes(5_000),
    "of no kind that can be read": bytes(range(1, 256)) * 40,
}


def refusal(path: Path | str) -> str:
    """The sentence with which a file is refused, whether when looked at or when read."""
    with pytest.raises(FileRefused) as caught:
        read(path)
    sentence = str(caught.value)
    assert sentence.startswith(os.path.basename(path)), sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_sound_is_named(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(FOREIGN[what])
    assert what in refusal(path)


def test_what_is_no_file_is_named_and_never_opened(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    assert "does not exist" in refusal(tmp_path / "gone.wav")
    (tmp_path / "empty.wav").touch()
    assert "is empty" in refusal(tmp_path / "empty.wav")
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    assert "cannot be opened" in refusal(tmp_path / "loop.wav")
    with pytest.raises(FileRefused, match="not a name"):
        probe("a\0b.wav")


@pytest.mark.skipif(os.name == "nt", reason="POSIX has these in the file system")
def test_pipes_devices_and_sockets_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "is a pipe" in refusal(tmp_path / "pipe.wav")
    assert "is a device" in refusal("/dev/zero")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.wav")
        assert "is a socket" in refusal("s.wav")


def test_names_are_shown_without_what_would_deceive(tmp_path: Path) -> None:
    path = tmp_path / "a\u202egpj.wav\n"
    path.write_bytes(b"no sound")
    with pytest.raises(FileRefused, match=r"^a\\u202egpj\.wav\\n is a text file"):
        probe(path)


CUT = [
    *((kind, coding) for kind in ("WAV", "W64", "RF64", "AIFF", "AU", "CAF", "NIST") for coding in ("PCM_16",)),
    ("WAV", "PCM_24"), ("WAV", "IMA_ADPCM"), ("WAV", "ULAW"), ("CAF", "ALAC_16"), ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"),
]  # fmt: skip
CUT_AV = [
    ("mp4", "aac"), ("ipod", "alac"), ("adts", "aac"), ("asf", "wmav2"), ("matroska", "flac"), ("webm", "libopus"),
    ("avi", "pcm_s16le"), ("tta", "tta"), ("wav", "ac3"), ("ogg", "flac"), ("wv", "wavpack"),
]  # fmt: skip


def cuts(path: Path) -> list[bytes]:
    """The file cut at twelve places, the last of them 3 bytes before its end."""
    data = path.read_bytes()
    rng = np.random.default_rng(len(data))
    return [data[: int(place)] for place in (*rng.integers(60, len(data) - 3, 11), len(data) - 3)]


@pytest.mark.parametrize(("kind", "coding"), CUT)
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kind: str, coding: str) -> None:
    path = by_soundfile(tmp_path / "a.wav", sound(2, 48_000), 48_000, kind, coding)
    read(path)
    for data in cuts(path):
        path.write_bytes(data)
        refusal(path)


@pytest.mark.parametrize(("muxer", "codec"), CUT_AV)
def test_a_container_that_was_cut_off_is_refused(tmp_path: Path, muxer: str, codec: str) -> None:
    path = by_pyav(tmp_path / "a.wav", sound(2, 48_000), 48_000, muxer, codec)
    truth = read(path).samples
    refused = 0
    for data in cuts(path):
        path.write_bytes(data)
        try:
            # Where only the tag behind the sound was cut, the sound is whole.
            np.testing.assert_array_equal(read(path).samples, truth)
        except FileRefused:
            refused += 1
    assert refused >= 11


@pytest.mark.parametrize(
    ("kind", "coding"), [("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
)
def test_one_flipped_bit_is_noticed_where_there_are_checksums(tmp_path: Path, kind: str, coding: str) -> None:
    path = by_soundfile(tmp_path / "a.wav", sound(2, 48_000), 48_000, kind, coding)
    data = path.read_bytes()
    rng = np.random.default_rng(5)
    for place in rng.integers(len(data) // 4, len(data), 15):
        broken = bytearray(data)
        broken[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(broken)
        refusal(path)


def test_a_flac_whose_sound_is_not_what_it_was_is_refused(tmp_path: Path) -> None:
    """Its frames are whole and only the checksum over all of them tells, as after a faulty edit."""
    path = by_soundfile(tmp_path / "a.flac", sound(), 44_100, "FLAC", "PCM_16")
    data = bytearray(path.read_bytes())
    data[30] ^= 1
    path.write_bytes(data)
    assert "does not match its own checksum" in refusal(path)
    data[26:42] = bytes(16)
    path.write_bytes(data)
    np.testing.assert_array_equal(read(path).samples, sound())


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le"])
def test_a_container_that_counts_nothing_is_held_to_its_duration(tmp_path: Path, codec: str) -> None:
    """FLV has no length of its own: cut within a packet that packet tells, cut between packets its duration does."""
    path = by_pyav(tmp_path / "a.flv", sound(), 44_100, "flv", codec)
    read(path)
    data = path.read_bytes()
    place, tags = 13, []
    while place < len(data):
        tags.append(place)
        place += 15 + int.from_bytes(data[place + 1 : place + 4], "big")
    path.write_bytes(data[: tags[len(tags) // 2]])
    assert "is cut off: it announces" in refusal(path)
    path.write_bytes(data[: tags[-2] + 40])
    assert "is damaged or cut off at" in refusal(path)


def test_a_hole_in_an_mp3_is_noticed(tmp_path: Path) -> None:
    path = by_soundfile(tmp_path / "a.mp3", sound(), 44_100, "MP3", "MPEG_LAYER_III")
    data = path.read_bytes()
    path.write_bytes(data[:4_000] + data[4_100:])
    assert "breaks off at byte" in refusal(path)


def test_two_recordings_in_one_ogg_are_refused(tmp_path: Path) -> None:
    one = by_soundfile(tmp_path / "a.ogg", sound(), 44_100, "OGG", "VORBIS").read_bytes()
    two = by_soundfile(tmp_path / "a.ogg", sound(1), 22_050, "OGG", "VORBIS").read_bytes()
    (tmp_path / "a.ogg").write_bytes(one + two)
    assert "several recordings" in refusal(tmp_path / "a.ogg")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_refused(tmp_path: Path, bad: float) -> None:
    samples = sound()
    samples[1, 22_050] = bad
    path = tmp_path / "a.wav"
    path.write_bytes(plain_wav(samples, 44_100, "f32"))
    assert "not finite numbers, the first at 0.500 s" in refusal(path)


def test_headers_that_lie_are_refused_before_memory_is_spent(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    data = bytearray(plain_wav(sound(), 44_100, "s16"))
    for rate in (999, 768_001, 67_108_864, 2**31 - 1):
        data[24:28] = struct.pack("<I", rate)
        path.write_bytes(data)
        assert "sample rate" in refusal(path)
    path.write_bytes(plain_wav(sound(65, 10), 44_100, "s16"))
    assert "65 channels" in refusal(path)
    path.write_bytes(plain_wav(sound(2, 0), 44_100, "s16"))
    assert "holds no sound" in refusal(path)
    flac = bytearray(by_soundfile(path, sound(), 44_100, "FLAC", "PCM_16").read_bytes())
    flac[21:26] = bytes([flac[21] & 0xF0 | 0x0F]) + b"\xff" * 4
    path.write_bytes(flac)
    assert "longer than 24 hours" in refusal(path)
    flac[21:26] = bytes([flac[21] & 0xF0]) + (80_000_000).to_bytes(4, "big")
    path.write_bytes(flac[:20_000])
    assert "damaged or a trap" in refusal(path)


def test_a_file_whose_sound_was_never_written_is_refused(tmp_path: Path) -> None:
    data = bytearray(plain_wav(sound(), 44_100, "s16"))
    data[4:8] = data[40:44] = bytes(4)
    (tmp_path / "a.wav").write_bytes(data)
    assert "announces 0 frames" in refusal(tmp_path / "a.wav")


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF", "CAF", "m4a", "webm"])
def test_mutated_files_are_read_or_refused_and_nothing_else(tmp_path: Path, kind: str) -> None:
    codings = {"OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
    path = tmp_path / "a.bin"
    if kind in ("m4a", "webm"):
        by_pyav(
            path, sound(2, 9_600), 48_000, "ipod" if kind == "m4a" else "webm", "aac" if kind == "m4a" else "libopus"
        )
    else:
        by_soundfile(path, sound(2, 9_600), 48_000, kind, codings.get(kind, "PCM_16"))
    data = path.read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(40):
        broken = bytearray(data)
        for place in rng.integers(0, min(len(data), 600), 6):
            broken[place] = int(rng.integers(256))
        path.write_bytes(broken)
        try:
            found = read(path).samples
        except FileRefused:
            continue
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
