"""Whoever comes from another tool finds each of its transforms: in docs/coming-from.yaml, and by its name."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from . import stage

TOOLS = str(Path(__file__).resolve().parents[2] / "tools")
KINDS = {kind.__name__: kind for kind in stage.KINDS}

WANTED = {
    "torch-audiomentations": """
        AddBackgroundNoise AddColoredNoise ApplyImpulseResponse BandPassFilter BandStopFilter Gain HighPassFilter
        Identity LowPassFilter PeakNormalization PitchShift PolarityInversion Shift ShuffleChannels SpliceOut
        TimeInversion Mix Padding RandomCrop""",
    "torchaudio": """
        AddNoise Convolve FFTConvolve Speed SpeedPerturbation PitchShift TimeStretch Fade Vol Preemphasis Deemphasis
        Resample MuLawEncoding MuLawDecoding Vad Loudness allpass_biquad band_biquad bandpass_biquad bandreject_biquad
        bass_biquad treble_biquad equalizer_biquad highpass_biquad lowpass_biquad biquad riaa_biquad deemph_biquad
        contrast dither dcshift flanger phaser overdrive gain lfilter filtfilt add_noise speed pitch_shift
        phase_vocoder""",
    "auglib": """
        AMRNB Append AppendValue BabbleNoise BandPass BandStop Clip ClipByRatio Compose CompressDynamicRange Fade
        FFTConvolve Function GainStage HighPass LowPass Mask Mix NormalizeByPeak PinkNoise Prepend PrependValue Resample
        Select Shift Tone Trim WhiteNoiseGaussian WhiteNoiseUniform""",
    "lhotse": """
        perturb_speed perturb_tempo perturb_volume reverb_rir mix narrowband compress clip_amplitude lowpass
        normalize_loudness dereverb_wpe""",
    "speechbrain": """
        AddNoise AddReverb SpeedPerturb DropFreq DropChunk DoClip RandAmp ChannelDrop ChannelSwap CutCat
        DropBitResolution SignFlip CodecAugment RandomShift""",
    "muda": """
        BackgroundNoise Clipping ColoredNoise IRConvolution PitchShift DynamicRangeCompression TimeStretch""",
}


def _entries() -> list:
    sys.path.insert(0, TOOLS)
    try:
        from pages_parts import peers
    finally:
        sys.path.remove(TOOLS)
    return list(peers.entries())


def _of(peer: str) -> set[str]:
    return {entry.theirs for entry in _entries() if entry.peer == peer}


@pytest.mark.parametrize("peer", WANTED)
def test_every_transform_of_the_tool_is_in_the_table(peer: str) -> None:
    assert set(WANTED[peer].split()) - _of(peer) == set()


def test_every_transform_of_audiomentations_is_in_the_table() -> None:
    audiomentations = pytest.importorskip("audiomentations", reason="the list is read from the package")
    classes = {name for name, one in vars(audiomentations).items() if inspect.isclass(one) and hasattr(one, "apply")}
    assert len(classes) >= 39
    assert classes - _of("audiomentations") == set()


def test_every_effect_of_pedalboard_is_in_the_table() -> None:
    import pedalboard

    hosts = {"Plugin", "PluginContainer", "ExternalPlugin", "VST3Plugin", "AudioUnitPlugin", "IIRFilter"}
    effects = {
        name
        for name, one in vars(pedalboard).items()
        if inspect.isclass(one) and issubclass(one, pedalboard.Plugin) and name not in hosts and name[0] != "_"
    }
    assert len(effects) >= 25
    assert effects - _of("pedalboard") == set()


def test_what_the_table_names_exists_and_is_found_by_their_name() -> None:
    for entry in _entries():
        assert entry.how.strip(), entry
        assert "missing" not in entry.how.lower(), entry
        for name in entry.ours:
            assert name in KINDS, f"{entry.peer}'s {entry.theirs}: there is no transform {name}"
            words = " ".join((name, *KINDS[name].also_called)).lower()
            assert entry.theirs.lower() in words, f"{name} is not found by {entry.peer}'s {entry.theirs}"
