"""Codecs for music and streams: in their place to the sample, and what other programs make of the same sound."""

from __future__ import annotations

import hashlib
import sys
from io import BytesIO

import lameenc
import numpy as np
import pytest
import scipy.signal
import soundfile

from engine.clip import Samples
from engine.draws import Key
from engine.files.codecs.mp3 import LAME_QUALITY, Mp3RoundTrip, coded_kbps, coded_rate
from engine.files.codecs.roundtrip import Straight
from engine.files.codecs.stream import CodedProcessor
from engine.files.encode import EncodeError
from engine.files.quantise import quantised
from engine.transform import Streaming, StreamSpec
from engine.transforms.codec import Aac, Bluetooth, Mp3, MuLaw, Opus, Resample, Vorbis
from engine.transforms.telephone import G722, AmrNb, Gsm, Telephone
from engine.versions import cpu_class, libraries
from tests.support.codecs import DRAW, by_libsndfile, decoded, encoded, snr_db, speechlike, through, voice
from tests.support.measures import lag

EVERY: list[tuple[Streaming, float]] = [
    (Mp3(), 20), (Vorbis(), 10), (Opus(bitrate_kbps=96), 20), (Aac(), 10),
    (Bluetooth(), 40), (Bluetooth(profile="headset"), 30), (MuLaw(), 35), (Resample(), 60), (Telephone(), 25),
    (Telephone(law="A-law", band=False), 35), (G722(), 30), (AmrNb(), 9), (AmrNb(bitrate_kbps="4.75"), 6), (Gsm(), 4),
]  # fmt: skip


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(("transform", "at_least_db"), EVERY, ids=[str(transform) for transform, _ in EVERY])
def test_it_stays_where_it_was(transform: Streaming, at_least_db: float, rate: int) -> None:
    """Within one sample, the same length, and the sound itself is still there."""
    clean = np.tile(voice(rate), (2, 1))
    out = through(transform, clean, rate)
    assert out.shape == clean.shape
    assert max(abs(lag(out[n], clean[n])) for n in range(2)) <= 1
    assert snr_db(out, clean) > at_least_db


@pytest.mark.golden("Mp3", by="libsndfile's mpg123, decoding the same encoder's whole file", within="-100 dB: rounding")
@pytest.mark.parametrize(("rate", "channels", "kbps"), [(44_100, 2, 64), (16_000, 1, 24), (48_000, 2, 320)])
def test_mp3_is_what_a_file_sounds_like(rate: int, channels: int, kbps: int) -> None:
    clean = speechlike(rate, channels)
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(kbps)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(channels)
    encoder.set_quality(LAME_QUALITY)
    file = bytes(encoder.encode(quantised(clean, 16).T.astype(np.int16).tobytes()) + encoder.flush())
    heard = by_libsndfile(file)[:, 1105:][:, : clean.shape[1]]
    assert snr_db(through(Mp3(bitrate_kbps=kbps), clean, rate)[:, : heard.shape[1]], heard, 2_000) > 100


@pytest.mark.golden("Vorbis", by="libsndfile, the clip as one file", within="0.5 dB of error: blocks lie elsewhere")
@pytest.mark.parametrize(("rate", "channels", "quality"), [(44_100, 2, 3), (16_000, 1, 0), (44_100, 1, 8)])
def test_vorbis_errs_as_a_whole_file_does(rate: int, channels: int, quality: float) -> None:
    clean = speechlike(rate, channels, 3.3)
    file = BytesIO()
    soundfile.write(file, clean.T, rate, format="OGG", subtype="VORBIS", compression_level=1 - quality / 10)
    whole = by_libsndfile(file.getvalue())
    out = through(Vorbis(quality=quality), clean, rate)
    assert snr_db(out, clean) == pytest.approx(snr_db(whole, clean), abs=0.5)
    middle = slice(round(0.8 * rate), round(1.2 * rate))
    assert snr_db(out[:, middle], clean[:, middle]) == pytest.approx(snr_db(whole[:, middle], clean[:, middle]), abs=2)


@pytest.mark.golden(
    "Opus", by="libsndfile, decoding a file of PyAV's muxer", within="-70 dB: ours is rounded to 16 bit"
)
@pytest.mark.parametrize(("kbps", "application"), [(64, "lowdelay"), (96, "audio"), (12, "voip"), (24, "audio")])
def test_opus_is_what_a_file_sounds_like(kbps: int, application: str) -> None:
    clean = speechlike(48_000, 2)
    file = encoded("ogg", "libopus", clean, 48_000, {"application": application}, kbps * 1000)
    out = through(Opus(bitrate_kbps=kbps, application=application), clean, 48_000)
    assert snr_db(out, by_libsndfile(file)[:, : clean.shape[1]], 2_000) > 70


@pytest.mark.parametrize("frame_ms", ["2.5", "5", "10", "40", "60"])
@pytest.mark.parametrize(("application", "kbps"), [("voip", 12), ("voip", 64), ("audio", 24), ("lowdelay", 64)])
def test_opus_stays_in_place_at_every_frame_length(frame_ms: str, application: str, kbps: int) -> None:
    """Within a tenth of a millisecond: the half of Opus that codes speech leaves so much open."""
    clean = voice(48_000)
    out = through(Opus(bitrate_kbps=kbps, application=application, frame_ms=frame_ms), clean, 48_000)
    assert abs(lag(out[0], clean[0])) <= (1 if application == "lowdelay" else 4)


@pytest.mark.golden("Aac", by="a file of PyAV's ADTS muxer, decoded by its demuxer", within="-100 dB: the same codec")
@pytest.mark.parametrize(("rate", "channels", "kbps"), [(44_100, 2, 64), (48_000, 1, 128)])
def test_aac_is_what_a_file_sounds_like(rate: int, channels: int, kbps: int) -> None:
    clean = speechlike(rate, channels)
    heard = decoded(encoded("adts", "aac", clean, rate, bit_rate=kbps * 1000), "aac")[:, 1024:]
    assert snr_db(through(Aac(bitrate_kbps=kbps), clean, rate), heard[:, : clean.shape[1]], 2_000) > 100


@pytest.mark.golden(
    "Bluetooth", by="a file of PyAV's SBC muxer, decoded by its demuxer", within="-100 dB: the same codec"
)
def test_sbc_is_what_a_file_sounds_like() -> None:
    clean = speechlike(44_100, 2)
    heard = decoded(encoded("sbc", "sbc", clean, 44_100, bit_rate=229_000), "sbc")[:, 73:]
    assert snr_db(through(Bluetooth(), clean, 44_100)[:, : heard.shape[1]], heard, 2_000) > 100


@pytest.mark.golden("MuLaw", by="torchaudio's formula as a loop", within="1e-6: float32 rounding")
@pytest.mark.parametrize("levels", [256, 33, 4])
def test_mu_law_is_its_formula(levels: int) -> None:
    clean = np.linspace(-1.2, 1.2, 1_001, dtype=np.float32)[None]
    mu = levels - 1.0
    expected = []
    for sample in np.clip(clean[0].astype(float), -1, 1):
        companded = np.sign(sample) * np.log1p(mu * abs(sample)) / np.log1p(mu)
        place = int((companded + 1) / 2 * mu + 0.5) / mu * 2 - 1
        expected.append(np.sign(place) * (np.exp(abs(place) * np.log1p(mu)) - 1) / mu)
    assert np.abs(through(MuLaw(levels=levels), clean, 8_000)[0] - expected).max() < 1e-6


@pytest.mark.golden(
    "Resample", by="scipy.signal.resample_poly down and up", within="-80 dB in the band of both filters"
)
@pytest.mark.parametrize(("rate", "up", "down"), [(48_000, 1, 6), (44_100, 80, 441)])
def test_resampling_is_that_of_scipy(rate: int, up: int, down: int) -> None:
    clean = speechlike(rate, 2)
    taps = scipy.signal.firwin(64 * max(up, down) + 1, 0.9 / max(up, down), window=("kaiser", 12.0))
    lower = scipy.signal.resample_poly(clean.astype(np.float64), up, down, axis=1, window=taps)
    expected = scipy.signal.resample_poly(lower, down, up, axis=1, window=taps)[:, : clean.shape[1]]
    out = through(Resample(sample_rate_hz=8_000), clean, rate)
    assert snr_db(out, expected.astype(np.float32), rate // 10) > 80


def test_nothing_is_left_above_the_lower_rate() -> None:
    noise = Key.of("white").generator().standard_normal((1, 96_000)).astype(np.float32)
    out = through(Resample(sample_rate_hz=8_000), noise, 48_000)[0]
    power = np.abs(np.fft.rfft(out * np.hanning(out.size))) ** 2
    hertz = np.fft.rfftfreq(96_000, 1 / 48_000)
    assert 10 * np.log10(power[hertz > 4_400].mean() / power[hertz < 3_600].mean()) < -90


@pytest.mark.parametrize("rate", [11_025, 44_100])
@pytest.mark.parametrize("transform", [Resample(sample_rate_hz=7_351), Telephone(), Bluetooth()], ids=str)
def test_after_a_seek_the_samples_of_the_codec_lie_where_they_lay(transform: Streaming, rate: int) -> None:
    """Whatever frame of the clip the stream goes on at."""
    clean = speechlike(rate, 2)
    whole, start, settled = through(transform, clean, rate), rate // 3 + 11, rate // 4
    processor = transform.processor(StreamSpec(rate, 2), DRAW)
    processor.reset(start)
    fed = np.pad(clean[:, start:], ((0, 0), (0, processor.latency)))
    out = processor.process(fed)[:, processor.latency :]
    assert snr_db(out[:, settled:], whole[:, start + settled :]) > 55


def test_a_lower_bitrate_is_rougher() -> None:
    clean = speechlike(44_100, 1)
    errors = [-snr_db(through(Mp3(bitrate_kbps=kbps), clean, 44_100), clean) for kbps in (8, 24, 64, 320)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > errors[-1] + 20


def test_more_than_two_channels_are_each_themselves() -> None:
    clean = speechlike(32_000, 5, 0.5)
    out = through(Mp3(bitrate_kbps=128), clean, 32_000)
    assert np.array(np.argmax(np.corrcoef(out, clean)[:5, 5:], axis=1)).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rate", [16_000, 44_100, 40_000, 96_000])
def test_blocks_of_any_length_give_the_same_bits(rate: int) -> None:
    """Down to single frames: the delay is enough at every phase of the codec's frames."""
    clean = np.pad(speechlike(rate, 2, 0.25), ((0, 0), (0, 25_000)))
    spec = StreamSpec(rate, *clean.shape)
    whole = Mp3(bitrate_kbps=24).processor(spec, DRAW).process(clean)
    for length in (1, 333) if rate == 16_000 else (333, 4_096):
        processor = Mp3(bitrate_kbps=24).processor(spec, DRAW)
        parts = [processor.process(clean[:, s : s + length]) for s in range(0, clean.shape[1], length)]
        assert all(part.shape[1] == length for part in parts[:-1])
        assert np.array_equal(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize(("rate", "kbps"), [(24_000, 8), (22_050, 24), (44_100, 32), (32_000, 64), (48_000, 320)])
def test_lame_never_holds_more_back_than_was_said(rate: int, kbps: int) -> None:
    """Silence, noise at full scale, almost nothing and silence again, which fill and empty the bit reservoir."""
    for channels in (1, 2):
        codec = Mp3RoundTrip(channels, rate, kbps)
        loud = Key.of("loud").generator(rate).uniform(-1, 1, (channels, 3 * rate)).astype(np.float32)
        loud[:, : rate // 2] = loud[:, rate : 3 * rate // 2] = 0
        loud[:, 2 * rate :] *= 1e-4
        came = 0
        for start in range(0, loud.shape[1] - codec.frame, codec.frame):
            came += codec.push(loud[:, start : start + codec.frame]).shape[1]
            assert came >= start + codec.frame - codec.held


@pytest.mark.parametrize("from_hz", [8_000, 22_050, 44_100])
def test_the_resamplers_never_hold_more_back_than_was_said(from_hz: int) -> None:
    """A queue that is asked for more than it has raises."""
    for to_hz in (2_000, 5_512, 7_351, 37_111, 48_000, 96_000):
        spec = StreamSpec(from_hz, 1)
        sound = np.ones((1, 3 * from_hz), np.float32)
        processor = CodedProcessor(spec, lambda channels, rate=to_hz: Straight(rate))  # type: ignore[misc]
        assert sum(processor.process(sound[:, s : s + 999]).shape[1] for s in range(0, 3 * from_hz, 999)) == 3 * from_hz


@pytest.mark.parametrize(
    ("rate", "asked", "at", "kbps"),
    [(44_100, 64, 44_100, 64), (44_100, 24, 22_050, 24), (48_000, 8, 8_000, 8), (96_000, 320, 48_000, 320),
     (88_200, 100, 44_100, 96), (9_999, 320, 11_025, 64), (37_800, 320, 44_100, 320), (22_050, 320, 22_050, 160)],
)  # fmt: skip
def test_the_nearest_that_the_format_has_is_taken(rate: int, asked: int, at: int, kbps: int) -> None:
    assert coded_rate(rate, asked) == at
    assert coded_kbps(at, asked) == kbps


MEASURED_WITH = {"av": "18.1.0", "lameenc": "1.9.0", "soundfile": "0.14.0", "ffmpeg": "8.1.2 (libavcodec 62.28.102)"}
MEASURED_ON = "x86_64 X86_V3 X86_V4 AVX512_ICL"
HASHES = {
    "Mp3(bitrate_kbps=64)": "7bc5ee339f2cfc4c",
    "Vorbis(quality=3.0)": "fb7a3c1323de2e45",
    "Opus(bitrate_kbps=96, application='audio', frame_ms='20')": "b56296a95a73b49e",
    "Aac(bitrate_kbps=64)": "f14583cbd368447c",
    "Bluetooth(profile='loudspeaker', bitrate_kbps=229)": "9c7f7780683b8a99",
    "Bluetooth(profile='headset', bitrate_kbps=229)": "de60f84086c70665",
    "MuLaw(levels=256)": "8ef6fe3762710eae",
    "Resample(sample_rate_hz=8000)": "dae6cc40742cde00",
    "Telephone(law='mu-law', band=True)": "171a74735d616846",
    "Telephone(law='A-law', band=False)": "3f2cbcff1a4b9814",
    "G722()": "ac221ce05d233396",
    "AmrNb(bitrate_kbps='12.2')": "3d36e28a0f5a6c8b",
    "AmrNb(bitrate_kbps='4.75')": "32c5d951c0de88ed",
    "Gsm()": "1c291077c780d7b0",
}


def steps() -> Samples:
    """A sound of whole numbers alone, which no library's sine can change."""
    frames = np.arange(16_000)
    wave = ((frames * frames // 97) % 199 - 99) * (1 + frames // 400 % 7) * 20
    return (wave.astype(np.float32) * np.float32(2**-15))[None]


@pytest.mark.parametrize("transform", [kind for kind, _ in EVERY], ids=str)
def test_the_codecs_give_the_samples_they_gave(transform: Streaming) -> None:
    """What a manifest promises: the same libraries on the same class of processor give the same bytes."""
    installed = {name: libraries().get(name) for name in MEASURED_WITH}
    if installed != MEASURED_WITH or cpu_class() != MEASURED_ON:
        pytest.skip(f"the hashes are those of {MEASURED_WITH} on {MEASURED_ON}")
    out = through(transform, steps(), 16_000)
    assert hashlib.sha256(out.tobytes()).hexdigest()[:16] == HASHES[str(transform)]


@pytest.mark.parametrize(("transform", "said"), [(Opus(), "has no codec libopus"), (Mp3(), "lameenc, which is not")])
def test_a_codec_that_is_not_installed_is_said_in_a_sentence(
    transform: Streaming, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WithoutCodecs:
        @staticmethod
        def create(name: str, mode: str) -> None:
            raise ValueError(name)

    monkeypatch.setattr("av.CodecContext", WithoutCodecs)
    monkeypatch.setitem(sys.modules, "lameenc", None)
    with pytest.raises(EncodeError, match=said):
        transform.processor(StreamSpec(16_000, 1, 100), DRAW)
