"""Telephone: the recommendations' own arithmetic, other decoders, and packets that are lost as often as was said."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import scipy.signal
import soundfile

from engine.clip import Samples
from engine.draws import Draw, Key
from engine.dsp.packets import Losses
from engine.files.quantise import quantised
from engine.transform import StreamSpec
from engine.transforms.telephone import G722, AmrNb, Gsm, PacketLoss, Telephone
from tests.support.codecs import by_libsndfile, decoded, encoded, snr_db, speechlike, through, voice

RATE = 8_000


def mu_law(number: int) -> int:
    """One sample of 16 bit through the mu-law of G.191's ulaw_compress and ulaw_expand."""
    absolute = min((~number if number < 0 else number) // 4 + 33, 0x1FFF)
    segment, shifted = 1, absolute // 64
    while shifted:
        segment, shifted = segment + 1, shifted // 2
    high, low = 8 - segment, 15 - ((absolute >> segment) & 15)
    exponent, mantissa = 7 - high, 15 - low
    step = 4 << (exponent + 1)
    return (-1 if number < 0 else 1) * ((128 << exponent) + step * mantissa + step // 2 - 4 * 33)


def a_law(number: int) -> int:
    """One sample of 16 bit through the A-law of G.191's alaw_compress and alaw_expand."""
    code = (~number if number < 0 else number) >> 4
    if code > 15:
        exponent = 1
        while code > 16 + 15:
            code, exponent = code >> 1, exponent + 1
        code = code - 16 + (exponent << 4)
    exponent, mantissa = code >> 4, code & 15
    if exponent:
        mantissa += 16
    mantissa = (mantissa << 4) + 8
    if exponent > 1:
        mantissa <<= exponent - 1
    return -mantissa if number < 0 else mantissa


@pytest.mark.golden("Telephone", by="the tables of ITU-T G.711 as the loops of G.191", within="nothing: to the bit")
@pytest.mark.parametrize(("law", "formula"), [("mu-law", mu_law), ("A-law", a_law)])
def test_g711_is_to_the_bit(law: str, formula: object) -> None:
    assert callable(formula)
    numbers = np.arange(-32_768, 32_768)
    out = through(Telephone(law=law, band=False), (numbers / 32_768).astype(np.float32)[None], RATE)
    assert (out[0] * 32_768).astype(int).tolist() == [formula(int(number)) for number in numbers]


@pytest.mark.golden("Telephone", by="scipy.signal.firwin and lfilter", within="-36 dB: the eight bits of G.711")
def test_the_band_is_that_of_a_line() -> None:
    clean = speechlike(RATE, 2)
    taps = scipy.signal.firwin(161, [300, 3_400], pass_zero=False, scale=False, fs=RATE)
    expected = scipy.signal.lfilter(taps, 1, np.pad(clean, ((0, 0), (0, 80))))[:, 80:].astype(np.float32)
    assert snr_db(through(Telephone(), clean, RATE), expected) > 36


@pytest.mark.golden("G722", by="a file of PyAV's G.722 muxer, decoded by its demuxer", within="-100 dB: the same codec")
def test_g722_is_what_a_file_sounds_like() -> None:
    clean = voice(16_000)
    heard = decoded(encoded("g722", "g722", clean, 16_000), "g722")[:, 22:]
    assert snr_db(through(G722(), clean, 16_000)[:, : heard.shape[1]], heard, 800) > 100


@pytest.mark.golden("Gsm", by="libsndfile's libgsm, a WAV file in and out", within="nothing: to the bit")
def test_gsm_is_to_the_bit() -> None:
    clean = np.concatenate((voice(RATE), speechlike(RATE, 1)), axis=1)
    file = BytesIO()
    soundfile.write(file, quantised(clean, 16).T.astype(np.int16), RATE, format="WAV", subtype="GSM610")
    heard = by_libsndfile(file.getvalue())
    assert np.array_equal(through(Gsm(), clean, RATE), heard[:, : clean.shape[1]])


@pytest.mark.golden(
    "AmrNb", by="FFmpeg's own decoder, a file of PyAV's muxer", within="-24 dB: its post-filter differs"
)
@pytest.mark.parametrize("kbps", ["4.75", "7.95", "12.2"])
def test_amr_is_what_another_decoder_makes_of_it(kbps: str) -> None:
    clean = voice(RATE)
    file = encoded("amr", "libopencore_amrnb", clean, RATE, bit_rate=round(float(kbps) * 1000))
    heard = decoded(file, "amr", "amrnb")[:, 40:]
    assert snr_db(through(AmrNb(bitrate_kbps=kbps), clean, RATE), heard[:, : clean.shape[1]], 800) > 24


def lost_packets(count: int, share: float, burst: float) -> list[bool]:
    losses = Losses(Key.of("packets"), share, burst)
    return [losses.lost(number) for number in range(count)]


def bursts(lost: list[bool]) -> list[int]:
    """How long each run of lost packets is."""
    text = "".join("x" if one else " " for one in lost)
    return [len(run) for run in text.split()]


@pytest.mark.golden("PacketLoss", by="the shares and the mean of Gilbert's chain", within="four standard errors")
@pytest.mark.parametrize(("share", "burst"), [(0.1, 2.0), (0.3, 5.0), (0.05, 1.0), (0.4, 1.0)])
def test_as_many_are_lost_as_was_said(share: float, burst: float) -> None:
    """At random, without bursts, a run of losses has 1 / (1 - share) on average."""
    lost = lost_packets(20_000, share, burst)
    mean = max(burst, 1 / (1 - share))
    spread = np.sqrt(share * (1 - share) * 2 * mean / len(lost))
    assert np.mean(lost) == pytest.approx(share, abs=4 * spread)
    runs = bursts(lost)
    assert np.mean(runs) == pytest.approx(mean, abs=max(4 * np.std(runs) / np.sqrt(len(runs)), 1e-9))


def test_a_packet_s_fate_is_the_same_from_wherever_it_is_asked() -> None:
    forward = lost_packets(300, 0.3, 6)
    backward = Losses(Key.of("packets"), 0.3, 6)
    assert [backward.lost(number) for number in range(299, -1, -1)][::-1] == forward
    assert Losses(Key.of("packets"), 0.3, 6).lost(177) == forward[177]


@pytest.mark.golden("PacketLoss", by="a plain loop over whole packets", within="1e-6: float32 rounding")
def test_lost_packets_are_what_a_plain_loop_gives() -> None:
    """The last packet again: as loud for 10 ms, gone after 60 ms, and faded over within 5 ms."""
    clean, key, packet = voice(RATE, 2.0)[0], Key.of("plain"), 160
    losses = Losses(key, 0.3, 3.0)
    expected, repeated, played, returning = clean.copy(), np.zeros(packet), 0, False
    for number in range(clean.size // packet):
        start = number * packet
        for place in range(packet):
            gain = min(max((480 - played) / 400, 0), 1)
            instead = gain * repeated[played % packet]
            if losses.lost(number):
                if place == 0 and not returning:
                    repeated, played = expected[start - packet : start].copy() if number else np.zeros(packet), 0
                    instead = repeated[0]
                returning = True
                expected[start + place] = instead
                played += 1
            elif returning and place < 40:
                comes = (place + 0.5) / 40
                expected[start + place] = comes * clean[start + place] + (1 - comes) * instead
                played += 1
            elif place == 40:
                returning = False
    transform = PacketLoss(loss_percent=30, burst_packets=3, packet_ms=20, concealment="packet")
    assert np.abs(through(transform, clean[None], RATE, Draw(key))[0] - expected).max() < 1e-6


def concealed(concealment: str, clean: Samples, rate: int) -> Samples:
    transform = PacketLoss(loss_percent=20, burst_packets=1, packet_ms=10, concealment=concealment)
    return through(transform, clean, rate, Draw(Key.of("conceal")))


def test_what_has_a_pitch_is_concealed_best_by_it() -> None:
    phases = 2 * np.pi * 120 * np.arange(48_000) / 16_000
    buzz = sum(np.sin(n * phases + n * n) for n in range(1, 20)) / 20
    clean = np.asarray(buzz, np.float32)[None]
    near = [snr_db(concealed(how, clean, 16_000), clean) for how in ("silence", "packet", "pitch")]
    assert near[2] > max(near[:2]) + 6


def test_all_channels_are_in_the_same_packets() -> None:
    clean = np.ones((3, 5 * RATE), np.float32)
    out = concealed("silence", clean, RATE)
    assert np.array_equal(out[0], out[2])
    assert set(np.unique(out)) == {0.0, 1.0}
    edges = np.flatnonzero(np.diff(out[0])) + 1
    assert not np.any(edges % 80)


def test_a_seek_keeps_the_losses_where_they_were() -> None:
    clean = np.ones((1, 5 * RATE), np.float32)
    processor = PacketLoss(concealment="silence").processor(StreamSpec(RATE, 1), Draw(Key.of("seek")))
    whole = processor.process(clean)
    processor.reset(12_345)
    assert np.array_equal(processor.process(clean[:, 12_345:]), whole[:, 12_345:])
