"""The phases of a stretched sound: which bins turn together and how far, in loops that numba compiles.

Import this module inside functions: numba takes a second, and the window's process only declares transforms. Sines
and angles are polynomials of our own: the same on every machine, and several at a time.

A *turn* is what a bin's phase is advanced by, counted in whole circles. All channels of a bin are turned alike, so
that what lies between the channels stays as it was.
"""

from __future__ import annotations

import math

import numpy as np
from numba import types  # noqa: TID253  # this module is itself imported where it is used

from .compiled import loop

f32 = np.float32

RESET = f32(0.02)
"""A bin that had less than this share of its group's energy one frame ago has just begun: it has no past."""

NOTHING = f32(1e-30)
"""Added to what is divided by: silence has no phase."""
MOST = f32(2)
"""No sine is larger, but for the length of what is so soft that its square is 0: sooner, where a process rounds so."""


_part = loop(error_model="numpy")
_SPECTRA = types.Array(types.float32, 3, "C")
_SPECTRUM = types.Array(types.float32, 2, "C")
_FLOAT32 = types.Array(types.float32, 1, "C")
_FLOAT64 = types.Array(types.float64, 1, "C")
_INT64 = types.Array(types.int64, 1, "C")


@_part
def _fill(array, first, after, value):  # type: ignore[no-untyped-def]  # numba infers
    """As `array[first:after] = value`, for which numba compiles a second more."""
    for k in range(first, after):
        array[k] = value


@_part
def _copy(source, target):  # type: ignore[no-untyped-def]  # numba infers
    for k in range(source.size):
        target[k] = source[k]


@_part
def _add_energy(spectrum, energy):  # type: ignore[no-untyped-def]  # numba infers
    for k in range(energy.size):
        re, im = spectrum[2 * k], spectrum[2 * k + 1]
        energy[k] += re * re + im * im


@_part
def _add_steps(spectrum, real, imag):  # type: ignore[no-untyped-def]  # numba infers
    """Each bin times its lower neighbour's conjugate; the sign moves the frame's time 0 to its middle."""
    upper, lower, real, imag = spectrum[2:], spectrum[:-2], real[1:], imag[1:]
    for k in range(real.size):
        a, b, c, d = upper[2 * k], upper[2 * k + 1], lower[2 * k], lower[2 * k + 1]
        real[k] -= a * c + b * d
        imag[k] -= b * c - a * d


@_part
def _running_delay(real, imag, more, reach, step, running):  # type: ignore[no-untyped-def]  # numba infers
    """Sum up over the bins how much later each is to be: `more` times its group delay, as turns from bin to bin.

    The delay is the angle of (real, imag), as a polynomial of its sine and cosine that is exact to 0.6 of the half
    circle and falls to nothing at its end. So the two sides of a window's side lobe, which differ by half a circle and
    belong to a steady tone, are turned alike. What would come to lie beyond half a frame stops at `reach`, where the
    window takes it away, and does not come back in at the frame's other end.
    """
    for k in range(real.size):
        length = f32(1) / (np.sqrt(real[k] * real[k] + imag[k] * imag[k]) + NOTHING)
        cosine = max(min(real[k] * length, MOST), -MOST)
        high = f32(0.13280788) + cosine * (f32(-0.10354467) + cosine * f32(0.04100298))
        sine = max(min(imag[k] * length, MOST), -MOST)
        delay = sine * (f32(0.24985638) + cosine * (f32(-0.16017278) + cosine * high))
        room = reach - abs(delay)
        step[k] = max(min(delay * more, room), -room)
    total = 0.0
    for k in range(step.size):
        total += step[k]
        running[k] = total


@_part
def _mark_peaks(energy, marked):  # type: ignore[no-untyped-def]  # numba infers
    """Mark each bin above its two neighbours on either side; left of an offset at 0 Hz lies its mirror image."""
    marked[0] = energy[0] > max(energy[1], energy[2])
    marked[1] = (energy[1] > energy[0]) & (energy[1] >= max(energy[2], energy[3]))
    a, b, here, c, d = energy[:-4], energy[1:-3], energy[2:-2], energy[3:-1], energy[4:]
    inner = marked[2:-2]
    for k in range(inner.size):
        inner[k] = (here[k] > a[k]) & (here[k] > b[k]) & (here[k] >= c[k]) & (here[k] >= d[k])


@_part
def _regions(energy, marked, peaks, edges, valleys):  # type: ignore[no-untyped-def]  # numba infers
    """Cut the spectrum at the least energy between each two peaks; gives how many regions there are."""
    count, low, place = 0, energy[0], 0
    for k in range(energy.size):
        here = energy[k]
        if marked[k]:
            if count:
                valleys[count - 1] = low
                edges[count] = place
            peaks[count] = k
            count += 1
            low, place = here, k
        elif here < low:
            low, place = here, k
    if count == 0:
        peaks[0] = 0
        count = 1
    edges[0] = 0
    edges[count] = energy.size
    return count


@_part
def _joins(valley, left, right, held, other):  # type: ignore[no-untyped-def]  # numba infers
    """Whether two neighbours become one group: for one of both this valley is the strongest tie that it has."""
    if valley <= min(held, other):
        return False
    if valley > max(held, other) and (valley >= left or valley >= right):
        return True
    return (other <= held and valley >= right) or (held <= other and valley >= left)


@_part
def _group(count, peaks, valleys, before, energy, first, anchor, top):  # type: ignore[no-untyped-def]  # numba infers
    """Join regions into groups, each with one peak that its phases go on from; gives how many groups there are.

    A region hangs on the past by the energy that its peak's bin had one frame ago, and on its neighbours by the energy
    of the valleys between them. Only the strongest ties hold (the maximum spanning tree, by Borůvka's rounds): a steady
    tone stays with its past, and where something begins the whole spectrum turns as one.
    """
    for region in range(count):
        first[region] = region
        anchor[region] = region
        top[region] = energy[peaks[region]]
    first[count] = count
    groups, changed = count, True
    while changed and groups > 1:
        changed = False
        made, at = 0, 0
        while at < groups:
            best, begin, loudest = anchor[at], first[at], top[at]
            left = valleys[begin - 1] if begin > 0 else f32(-1)
            after = at + 1
            while after < groups:
                valley = valleys[first[after] - 1]
                right = valleys[first[after + 1] - 1] if after + 1 < groups else f32(-1)
                if not _joins(valley, left, right, before[peaks[best]], before[peaks[anchor[after]]]):
                    break
                if before[peaks[anchor[after]]] > before[peaks[best]]:
                    best = anchor[after]
                loudest = max(loudest, top[after])
                after += 1
                changed = True
            first[made], anchor[made], top[made] = begin, best, loudest
            made += 1
            at = after
        first[made] = count
        groups = made
    return groups


@_part
def _angle(imag, real):  # type: ignore[no-untyped-def]  # numba infers
    """The angle of a complex number in turns, to 2e-6."""
    high, low = max(abs(real), abs(imag)), min(abs(real), abs(imag))
    t = low / (high + NOTHING)
    s = t * t
    turn = t * (0.15913564 + s * (-0.0525856 + s * (0.02871321 + s * (-0.01359259 + s * 0.00333111))))
    if abs(imag) > abs(real):
        turn = 0.25 - turn
    if real < 0:
        turn = 0.5 - turn
    return math.copysign(turn, imag)


@_part
def _advance(now, last, k, hop_in, hop_out, size):  # type: ignore[no-untyped-def]  # numba infers
    """How much further bin k turns over the output's hop than it did over the input's, at its own frequency."""
    real, imag = f32(0), f32(0)
    for channel in range(now.shape[0]):
        x, y = now[channel], last[channel]
        real += x[2 * k] * y[2 * k] + x[2 * k + 1] * y[2 * k + 1]
        imag += x[2 * k + 1] * y[2 * k] - x[2 * k] * y[2 * k + 1]
    beside = _angle(imag, real) - k * hop_in / size
    beside -= np.rint(beside)
    return (hop_out - hop_in) * (k / size + beside / hop_in)


@_part
def _sine(x):  # type: ignore[no-untyped-def]  # numba infers
    """The sine of up to a quarter of a turn, to 1e-8."""
    s = x * x
    high = f32(81.600997) + s * (f32(-76.549629) + s * f32(39.535592))
    return x * (f32(6.28318516) + s * (f32(-41.34165491) + s * high))


@_part
def _turns(base, running, turn, cosine, sine):  # type: ignore[no-untyped-def]  # numba infers
    """The turn of each bin, at most half a circle either way, and its cosine and sine."""
    for k in range(turn.size):
        whole = base[k] + running[k]
        turn[k] = whole - np.rint(whole)
    for k in range(turn.size):
        x = f32(turn[k])
        cosine[k] = _sine(f32(0.25) - abs(x))
        sine[k] = math.copysign(_sine(min(abs(x), f32(0.5) - abs(x))), x)


@_part
def _turn(spectrum, cosine, sine):  # type: ignore[no-untyped-def]  # numba infers
    for k in range(cosine.size):
        re, im = spectrum[2 * k], spectrum[2 * k + 1]
        spectrum[2 * k] = re * cosine[k] - im * sine[k]
        spectrum[2 * k + 1] = re * sine[k] + im * cosine[k]


_TURN = types.void(_SPECTRA, _SPECTRUM, _FLOAT32, _FLOAT64, _INT64, types.int64, types.int64, types.float64)


@loop(_TURN, error_model="numpy")
def turn_frames(spectra, last, before, turn, hops_in, hop_out, size, stretch):  # type: ignore[no-untyped-def]  # numba infers
    """Turn the bins of each frame, in place, so that the frames fit together at their new distance.

    `spectra` is float32 (channels, frames, 2 * bins), real and imaginary parts in turn; `last` (channels, 2 * bins),
    `before` (bins, float32 energy) and `turn` (bins, float64) hold the frame before and are brought forward.
    """
    channels, frames, bins = spectra.shape[0], spectra.shape[1], before.size
    energy, step, real, imag = np.empty(bins, f32), np.empty(bins, f32), np.empty(bins, f32), np.empty(bins, f32)
    running, base, marked = np.empty(bins), np.empty(bins), np.zeros(bins, np.uint8)
    peaks, anchor = np.empty(bins, np.int64), np.empty(bins, np.int64)
    first, edges = np.empty(bins + 1, np.int64), np.empty(bins + 1, np.int64)
    valleys, top = np.empty(bins, f32), np.empty(bins, f32)
    kept = np.empty((channels, 2 * bins), f32)
    for frame in range(frames):
        _fill(energy, 0, bins, f32(0))
        _fill(real, 0, bins, f32(0))
        _fill(imag, 0, bins, f32(0))
        for channel in range(channels):
            spectrum = spectra[channel, frame]
            _copy(spectrum, kept[channel])
            _add_energy(spectrum, energy)
            _add_steps(spectrum, real, imag)
        _running_delay(real, imag, f32(stretch - 1), f32(0.5 if stretch > 1 else 1), step, running)
        _mark_peaks(energy, marked)
        count = _regions(energy, marked, peaks, edges, valleys)
        groups = _group(count, peaks, valleys, before, energy, first, anchor, top)
        for group in range(groups):
            k = peaks[anchor[group]]
            as_it_was = k == 0 or before[k] < RESET * top[group]  # an offset has no phase
            on = 0.0 if as_it_was else turn[k] + _advance(kept, last, k, hops_in[frame], hop_out, size) - running[k]
            _fill(base, edges[first[group]], edges[first[group + 1]], on - np.rint(on))
        _turns(base, running, turn, real, imag)
        for channel in range(channels):
            _turn(spectra[channel, frame], real, imag)
            _copy(kept[channel], last[channel])
        _copy(energy, before)


@loop(types.void(_SPECTRUM, _SPECTRA, _INT64, _FLOAT32), error_model="numpy")
def overlap_add(out, frames, starts, window):  # type: ignore[no-untyped-def]  # numba infers
    """Add frames (channels, n, size), each times the window, to `out` (channels, length) at their starts.

    What of a frame lies before or behind `out` is left away.
    """
    for channel in range(frames.shape[0]):
        for n in range(starts.size):
            begin = max(-starts[n], 0)
            after = max(min(window.size, out.shape[1] - starts[n]), begin)
            target, frame = out[channel, starts[n] + begin : starts[n] + after], frames[channel, n, begin:after]
            faded = window[begin:after]
            for i in range(target.size):
                target[i] += frame[i] * faded[i]
