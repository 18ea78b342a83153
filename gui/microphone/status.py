"""What the microphone's panel says in words."""

from __future__ import annotations

from engine.chain import GUARD
from engine.playback.microphone.messages import Delays, MicrophoneState
from engine.recipe import Recipe

from ..words import sentence, tr, trn


def standing(state: MicrophoneState, *, wanted: bool) -> tuple[str, bool]:
    """One sentence about how the microphone stands, and whether something is wrong."""
    if state.error:
        return sentence(state.error), True
    if not state.device:
        return (tr("Opening the microphone …") if wanted else tr("The microphone is off.")), False
    if state.howled:
        return tr(
            "Muted: it howled, or was far too loud. Put on headphones or turn the volume down, then unmute."
        ), True
    if state.muted:
        return tr("Muted. Put on headphones before you unmute: speakers that reach their microphone howl."), False
    return _going(state), False


def _going(state: MicrophoneState) -> str:
    rate = f"{state.sample_rate / 1000:g}"
    words = [tr("Live through {output}, {rate} kHz.", output=state.output, rate=rate)]
    if state.dropouts:
        words.append(trn("{count} dropout.", "{count} dropouts.", state.dropouts))
    if state.drift:
        words.append(trn("{count} clock correction.", "{count} clock corrections.", state.drift))
    return " ".join(words)


def delay_words(delays: Delays) -> tuple[str, str]:
    """The latency, and where it comes from."""
    short = tr(
        "{total} ms to your ear, {steps} ms of it in steps", total=round(delays.total_ms), steps=round(delays.steps_ms)
    )
    parts = tr(
        "From the microphone to your ear: {input} ms in the input, {waiting} ms on the way to the chain, {steps} ms "
        "held back by the chain's own steps, {output} ms in the output.",
        input=round(delays.input_ms), waiting=round(delays.waiting_ms), steps=round(delays.steps_ms),
        output=round(delays.output_ms),
    )  # fmt: skip
    return short, parts


def skipped_lines(state: MicrophoneState, recipe: Recipe | None) -> list[str]:
    """Each step that is not heard, and why."""
    names = {step.id: step.transform for step in recipe.steps} if recipe else {}
    names[GUARD] = tr("Guard")
    return [
        tr("{step} {reason}", step=names.get(skip.step, skip.step), reason=sentence(skip.reason))
        for skip in state.skipped
    ]
