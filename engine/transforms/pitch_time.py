"""Pitch and tempo, together or each by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..clip import Segment, TimeMap
from ..dsp.live_pitch import Repitcher
from ..dsp.stretch import fitted, frames_at, repitched, resampled, stretched, with_formants_moved
from ..params import choice, number, switch
from ..transform import Streaming, WholeClip

if TYPE_CHECKING:
    from ..clip import Samples
    from ..draws import Draw
    from ..transform import Processor, StreamSpec


def kept_length(samples: Samples, time_map: TimeMap, sample_rate: int, frames: int) -> tuple[Samples, TimeMap]:
    """Cut a stretched take, or pad it with silence, to the clip's own length; the map says which."""
    own, wanted = time_map.duration_s, frames / sample_rate
    (segment,) = time_map.segments
    assert segment.source is not None
    if own >= wanted:
        cut = Segment((0.0, wanted), (0.0, segment.to_source(wanted)))
        return fitted(samples, frames), TimeMap((cut,))
    return fitted(samples, frames), TimeMap((segment, Segment((own, wanted), None)))


class PitchShift(WholeClip):
    """Moves the pitch by semitones and keeps the length, to the frame.

    The clip is stretched by a phase vocoder and resampled. Formants move along, as when a tape plays faster, or are
    kept, so that the voice stays that of the same speaker. All channels are worked on as one: the stereo image stays.
    """

    version = 2
    also_called = (
        "transpose",
        "pitch",
        "pitch_shift",
        "key shift",
        "formant preserving",
        "LinearPitchShift",
        "RandomPitchShift",
        "PitchAug",
    )
    reference = "Z. Průša and N. Holighaus, Phase Vocoder Done Right, EUSIPCO 2017"

    semitones: float = number(2, -24, 24, "st", typical=(-4, 4), help="How far up (or down, below 0); 12 is an octave.")
    formants: str = choice("move", ("move", "keep"), help="Whether formants move along or stay where they are.")

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip at another pitch; no time is changed."""
        same = TimeMap.identity(samples.shape[1] / spec.sample_rate)
        if self.semitones == 0:
            return samples.copy(), same
        ratio = 2 ** (self.semitones / 12)
        return repitched(samples, spec.sample_rate, ratio, keep_formants=self.formants == "keep"), same


class LivePitch(Streaming):
    """Moves the pitch by semitones as the sound comes in, on a microphone as well.

    The same phase vocoder as PitchShift, with what it may look ahead held to `delay_ms`, whatever the semitones are. A
    clip that is rendered is aligned, and a microphone is heard so much later. All channels are worked on as one: the
    stereo image stays.
    """

    also_called = (
        "real-time pitch shift",
        "harmonizer",
        "voice changer",
        "pitch shifter",
        "transpose live",
        "PitchShift",
    )
    reference = "Z. Průša and N. Holighaus, Phase Vocoder Done Right, EUSIPCO 2017"

    # A tone goes on with the phase that it has come to since the stream began.
    remembers_start = True

    semitones: float = number(2, -24, 24, "st", typical=(-4, 4), help="How far up (or down, below 0); 12 is an octave.")
    formants: str = choice("move", ("move", "keep"), help="Whether formants move along or stay where they are.")
    delay_ms: float = number(
        80,
        40,
        100,
        "ms",
        typical=(60, 90),
        help="How late it is heard on a microphone; the more, the deeper the notes that stay pure.",
    )

    def processor(self, spec: StreamSpec, draw: Draw) -> Processor:
        """A phase vocoder that knows so much of what comes."""
        ratio, latency = 2 ** (self.semitones / 12), int(self.delay_ms * spec.sample_rate / 1000)
        keep = self.formants == "keep"
        return Repitcher(spec.sample_rate, spec.channels, ratio, latency, keep_formants=keep)


class TimeStretch(WholeClip):
    """Changes the tempo and keeps the pitch.

    By a phase vocoder in which what begins at once stays together, so that attacks stay sharp. All channels are worked
    on as one: the stereo image stays.
    """

    version = 2
    also_called = (
        "tempo",
        "perturb_tempo",
        "stretch",
        "time_stretch",
        "phase_vocoder",
        "PerturbTempo",
        "LogspaceTimeStretch",
        "RandomTimeStretch",
        "SpeedAug",
    )
    reference = "Z. Průša and N. Holighaus, Phase Vocoder Done Right, EUSIPCO 2017"

    rate: float = number(
        1.1, 0.25, 4, "×", scale="log", typical=(0.8, 1.25), help="Above 1 is faster and shorter, below 1 slower."
    )
    keep_length: bool = switch(
        False, help="Cut the end off, or pad it with silence, so that the clip keeps its own length."
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip at another tempo, and its new time."""
        clip_frames = samples.shape[1]
        if self.rate == 1:
            return samples.copy(), TimeMap.identity(clip_frames / spec.sample_rate)
        frames = frames_at(clip_frames, self.rate)
        out = stretched(samples, spec.sample_rate, frames)
        time_map = TimeMap.scaled(clip_frames / spec.sample_rate, frames / spec.sample_rate)
        if self.keep_length:
            return kept_length(out, time_map, spec.sample_rate, clip_frames)
        return out, time_map


class Speed(WholeClip):
    """Plays faster or slower, pitch and tempo together, as a tape does."""

    also_called = ("varispeed", "SpeedPerturbation", "resample", "perturb_speed", "PerturbSpeed", "SpeedPerturb")
    reference = "T. Ko and others, Audio Augmentation for Speech Recognition, Interspeech 2015"

    rate: float = number(
        1.1, 0.25, 4, "×", scale="log", typical=(0.9, 1.1), help="Above 1 is faster and higher, below 1 slower."
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip at another speed, and its new time."""
        duration_s = samples.shape[1] / spec.sample_rate
        if self.rate == 1:
            return samples.copy(), TimeMap.identity(duration_s)
        out = resampled(samples, self.rate, frames_at(samples.shape[1], self.rate))
        return out, TimeMap.scaled(duration_s, out.shape[1] / spec.sample_rate)


class VocalTractLength(WholeClip):
    """Makes the speaker's vocal tract longer or shorter: formants move, the pitch stays.

    Formants are multiplied by the factor up to `upper_hz`; from there on a straight line leads to half the sample rate,
    which stays where it is. Above 1 the tract is shorter and the voice smaller, below 1 larger.
    """

    also_called = ("VTLP", "VtlpAug", "vocal tract length perturbation", "formant shift", "timbre")
    reference = "N. Jaitly and G. E. Hinton, Vocal Tract Length Perturbation (VTLP) improves speech recognition, 2013"

    factor: float = number(
        1.1, 0.6, 1.6, "×", scale="log", typical=(0.9, 1.1), help="Above 1 formants lie higher, below 1 lower."
    )
    upper_hz: float = number(
        4800,
        1000,
        16000,
        "Hz",
        scale="log",
        typical=(3800, 4800),
        help="Up to here formants move by the whole factor.",
    )

    def apply(self, samples: Samples, spec: StreamSpec, draw: Draw) -> tuple[Samples, TimeMap]:
        """The clip as another throat would say it; no time is changed."""
        same = TimeMap.identity(samples.shape[1] / spec.sample_rate)
        if self.factor == 1:
            return samples.copy(), same
        return with_formants_moved(samples, spec.sample_rate, self.factor, self.upper_hz), same
