from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.files.decode import open_blocks, read
from engine.files.probe import FileInfo, FileRefused, probe
from engine.files.pyav import as_float
from tests.engine.files.corpus import FRAMES, by_pyav, by_soundfile, error_db, plain_wav, sound

EXACT = [
    ("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "PCM_32"), ("WAV", "FLOAT"), ("WAV", "DOUBLE"), ("WAVEX", "PCM_16"),
    ("RF64", "PCM_16"), ("W64", "PCM_24"), ("AIFF", "PCM_16"), ("AIFF", "FLOAT"), ("AU", "PCM_24"), ("AU", "FLOAT"),
    ("CAF", "PCM_16"), ("CAF", "ALAC_16"), ("NIST", "PCM_16"), ("FLAC", "PCM_16"), ("FLAC", "PCM_24"),
]  # fmt: skip
NEAR = [
    ("WAV", "PCM_U8", -35), ("WAV", "ULAW", -30), ("WAV", "ALAW", -30), ("WAV", "MS_ADPCM", -20),
    ("WAV", "IMA_ADPCM", -20), ("OGG", "VORBIS", -18), ("MP3", "MPEG_LAYER_III", -18), ("AIFF", "ULAW", -30),
]  # fmt: skip


@pytest.mark.parametrize("coding", ["u8", "s16", "s24", "s32", "f32", "f64", "s16be", "s24in32"])
def test_a_wav_written_byte_by_byte_is_read_sample_by_sample(tmp_path: Path, coding: str) -> None:
    samples = sound(3, 5_000)
    if coding == "u8":
        samples = (np.rint(samples * 128) / 128).astype(np.float32)
    path = tmp_path / "a.wav"
    path.write_bytes(plain_wav(samples, 44_100, coding))
    assert probe(path) == FileInfo("WAV", 44_100, 3, 5_000)
    np.testing.assert_array_equal(read(path).samples, samples)


@pytest.mark.parametrize(("kind", "coding"), EXACT)
def test_lossless_formats_are_read_sample_by_sample(tmp_path: Path, kind: str, coding: str) -> None:
    path = by_soundfile(tmp_path / "a.dat", sound(), 44_100, kind, coding)
    info = probe(path)
    assert (info.sample_rate, info.channels, info.frames) == (44_100, 2, FRAMES)
    np.testing.assert_array_equal(read(path).samples, sound())


@pytest.mark.parametrize(("kind", "coding", "bound_db"), NEAR)
def test_lossy_formats_are_near_and_nothing_is_shifted(tmp_path: Path, kind: str, coding: str, bound_db: float) -> None:
    path = by_soundfile(tmp_path / "a.dat", sound(), 44_100, kind, coding)
    found = read(path).samples
    assert error_db(found, sound()) < bound_db
    assert FRAMES <= found.shape[1] < FRAMES + (2048 if "ADPCM" in coding else 1)
    assert probe(path).frames == found.shape[1]


@pytest.mark.parametrize(
    ("muxer", "codec", "name", "extra"),
    [
        ("mp4", "aac", "MP4 (AAC)", 0), ("ipod", "alac", "MP4 (ALAC)", 0), ("mov", "pcm_s24le", "MP4 (PCM_S24LE)", 0),
        ("adts", "aac", "AAC", 2048), ("asf", "wmav2", "ASF (WMAV2)", 4096), ("matroska", "flac", "Matroska (FLAC)", 0),
        ("avi", "pcm_s16le", "AVI (PCM_S16LE)", 0), ("mpegts", "mp2", "MPEG-TS (MP3)", 1152),
        ("mp2", "mp2", "MP3 (MP2)", 1152),
        ("flv", "aac", "FLV (AAC)", 2048), ("ac3", "ac3", "AC-3", 1536), ("ogg", "flac", "Ogg FLAC", 0),
        ("tta", "tta", "TTA", 0), ("wv", "wavpack", "WavPack", 0), ("wav", "ac3", "WAV (AC3)", 1536),
    ],
)  # fmt: skip
def test_what_libsndfile_cannot_read(tmp_path: Path, muxer: str, codec: str, name: str, extra: int) -> None:
    path = by_pyav(tmp_path / "a.wav", sound(), 44_100, muxer, codec)
    assert probe(path).format == name
    found = read(path).samples
    # FFmpeg's decoder of WMA skips the delay of Microsoft's encoder, which its own encoder does not put in.
    truth = sound()[:, 2048:43_008] if codec == "wmav2" else sound()
    assert truth.shape[1] <= found.shape[1] <= FRAMES + extra
    lag = _lag(found, truth)
    assert 0 <= lag <= extra
    bound = -90 if extra == 0 and codec != "aac" else -15
    assert error_db(found[:, lag:], truth[:, : found.shape[1] - lag]) < bound


def test_opus_at_its_own_rate(tmp_path: Path) -> None:
    truth = sound(2, 48_000, 48_000)
    for path in (
        by_soundfile(tmp_path / "a.opus", truth, 48_000, "OGG", "OPUS"),
        by_pyav(tmp_path / "a.webm", truth, 48_000, "webm", "libopus"),
    ):
        found = read(path)
        assert (found.sample_rate, found.frames) == (48_000, 48_000)
        assert error_db(found.samples, truth) < -12


def _lag(found: np.ndarray, truth: np.ndarray) -> int:
    """By how many frames an encoder's delay, which these formats do not state, puts the sound back."""
    whole = np.fft.irfft(np.fft.rfft(found[0], 2**18) * np.conj(np.fft.rfft(truth[0], 2**18)))
    return int(np.argmax(whole[:8192]))


@pytest.mark.parametrize("channels", range(1, 33))
def test_one_to_thirty_two_channels_stay_apart(tmp_path: Path, channels: int) -> None:
    path = by_soundfile(tmp_path / "a.wav", sound(channels, 700), 8_000, "WAV", "PCM_16")
    np.testing.assert_array_equal(read(path).samples, sound(channels, 700))


@pytest.mark.parametrize("rate", [1_000, 7_350, 8_000, 11_025, 22_051, 96_000, 192_000, 352_800, 768_000])
def test_odd_rates(tmp_path: Path, rate: int) -> None:
    path = by_soundfile(tmp_path / "a.wav", sound(1, 500), rate, "WAV", "PCM_16")
    assert read(path).sample_rate == rate


@pytest.mark.parametrize("coding", ["VORBIS", "OPUS"])
def test_the_channels_of_ogg_come_in_wav_order(tmp_path: Path, coding: str) -> None:
    """Front left, centre, right, back left, right, bass become left, right, centre, bass, back left, right."""
    rate = 48_000
    tones = np.array([0.3 * np.sin(2 * np.pi * (500 + 400 * n) * np.arange(rate) / rate) for n in range(6)])
    tones[5] *= np.arange(rate) < 0  # Encoders low-pass the bass channel: it is told by its silence.
    path = by_soundfile(tmp_path / "a.ogg", tones.astype(np.float32), rate, "OGG", coding)
    found = read(path).samples
    heard = [int(np.abs(np.fft.rfft(row[:rate])).argmax() - 500) // 400 for row in found]
    assert np.abs(found[3]).max() < 0.02
    assert [heard[0], heard[1], heard[2], heard[4], heard[5]] == [0, 2, 1, 3, 4]


def test_an_mp3_of_changing_bitrate_without_its_tag_is_read_to_its_end(tmp_path: Path) -> None:
    import soundfile

    samples = sound(2, 132_300)
    samples[:, :40_000] *= 0.001
    path = tmp_path / "a.mp3"
    with soundfile.SoundFile(
        path, "w", 44_100, 2, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="VARIABLE", compression_level=0.3
    ) as file:
        file.write(samples.T)
    tagged = read(path)
    assert tagged.frames == 132_300
    data = path.read_bytes()
    from engine.files import mpeg

    first = mpeg.mp3_frame(data[:8])
    assert first is not None
    path.write_bytes(data[first.length :])
    found = read(path)
    assert 132_300 <= found.frames <= 132_300 + 3 * 1152
    assert error_db(found.samples[:, 1105:], samples) < -18
    assert probe(path).frames == found.frames


def test_an_mp3_in_its_tags_and_behind_rubbish(tmp_path: Path) -> None:
    plain = by_soundfile(tmp_path / "a.mp3", sound(), 44_100, "MP3", "MPEG_LAYER_III")
    truth = read(plain).samples
    id3 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + b"\xff\xfb\x90\x64" * 64
    tagged = tmp_path / "tagged.wav"
    tagged.write_bytes(id3 + plain.read_bytes() + b"TAG" + b" " * 125)
    np.testing.assert_array_equal(read(tagged).samples, truth)
    tagged.write_bytes(b"\0" * 400 + plain.read_bytes() + b"\0" * 3_000)
    assert error_db(read(tagged).samples, sound()) < -18


def test_a_flac_of_unknown_length(tmp_path: Path) -> None:
    path = by_soundfile(tmp_path / "a.flac", sound(), 44_100, "FLAC", "PCM_16")
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert probe(path).frames is None
    np.testing.assert_array_equal(read(path).samples, sound())


def test_a_wav_whose_program_did_not_know_its_length(tmp_path: Path) -> None:
    data = bytearray(plain_wav(sound(), 44_100, "s16"))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    np.testing.assert_array_equal(read(path).samples, sound())


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".txt", "", ".WAV", ".m4a"])
def test_a_name_decides_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"name{suffix}"
    for kind, coding in (("WAV", "PCM_16"), ("FLAC", "PCM_16")):
        by_soundfile(path, sound(), 44_100, kind, coding)
        assert probe(path).format == kind


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
@pytest.mark.parametrize("kind", ["WAV", "MP3"])
def test_any_name_can_be_read(tmp_path: Path, kind: str) -> None:
    plain = by_soundfile(tmp_path / "a", sound(), 44_100, kind, "PCM_16" if kind == "WAV" else "MPEG_LAYER_III")
    deep = tmp_path
    while len(os.fsencode(deep)) < 1_200:
        deep = deep / ("d" * 200)
    deep.mkdir(parents=True)
    odd = [
        os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\xfe.wav"),
        tmp_path / "new\nline.wav",
        tmp_path / "-i",
        deep / "a",
    ]
    for path in odd:
        shutil.copy(plain, path)
        assert read(path).frames == FRAMES


@pytest.mark.parametrize("block_frames", [1, 333, 4096, 65_536, 10**6])
@pytest.mark.parametrize("kind", ["FLAC", "MP3"])
def test_blocks_join_to_the_whole(tmp_path: Path, kind: str, block_frames: int) -> None:
    path = by_soundfile(tmp_path / "a", sound(2, 3_000), 8_000, kind, "PCM_16" if kind == "FLAC" else "MPEG_LAYER_III")
    info, blocks = open_blocks(path, block_frames)
    found = list(blocks)
    assert [block.shape[1] for block in found[:-1]] == [block_frames] * (len(found) - 1)
    assert all(block.dtype == np.float32 and block.flags.c_contiguous for block in found)
    np.testing.assert_array_equal(np.concatenate(found, axis=1), read(path).samples)
    assert info.frames == 3_000


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_source_is_left_as_it_was(tmp_path: Path, kind: str) -> None:
    codings = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
    path = by_soundfile(tmp_path / "a", sound(), 44_100, kind, codings[kind])
    os.utime(path, ns=(10**18, 2 * 10**18))
    path.chmod(0o444)
    data, before = path.read_bytes(), path.stat()
    os.utime(path, ns=(10**18, 2 * 10**18))
    probe(path)
    read(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_size, after.st_mode) == (before.st_mtime_ns, before.st_size, before.st_mode)
    if hasattr(os, "O_NOATIME"):
        assert after.st_atime_ns == 10**18
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_that_is_written_to_meanwhile_is_refused(tmp_path: Path) -> None:
    path = by_soundfile(tmp_path / "a.wav", sound(), 44_100, "WAV", "PCM_16")
    _, blocks = open_blocks(path, 1_000)
    next(blocks)
    path.write_bytes(path.read_bytes())
    with pytest.raises(FileRefused, match=r"^a\.wav was changed"):
        list(blocks)


def test_whole_numbers_of_every_width_become_floats() -> None:
    assert as_float(np.array([[0, 128, 255]], np.uint8)).tolist() == [[-1.0, 0.0, 127 / 128]]
    for width in (np.int16, np.int32, np.int64):
        low = np.iinfo(width).min
        assert as_float(np.array([[low, 0, low // 2]], width)).tolist() == [[-1.0, 0.0, -0.5]]
