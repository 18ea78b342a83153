"""ffmpeg's audio filters as something to compare with, by way of PyAV."""

from __future__ import annotations

import numpy as np

from engine.clip import Samples


def filtered(name: str, settings: str, samples: Samples, rate: int) -> Samples:
    """What ffmpeg's filter of that name makes of the samples, float32 (channels, frames)."""
    import av
    from av.filter import Graph

    layout = {1: "mono", 2: "stereo"}[samples.shape[0]]
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout)
    work = graph.add(name, settings)
    form = graph.add("aformat", f"sample_fmts=fltp:channel_layouts={layout}")
    sink = graph.add("abuffersink")
    for one, next_one in ((source, work), (work, form), (form, sink)):
        one.link_to(next_one)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate = rate
    frame.pts = 0
    graph.push(frame)
    graph.push(None)
    out = []
    while True:
        try:
            out.append(graph.pull().to_ndarray())
        except (av.EOFError, av.BlockingIOError):
            return np.concatenate(out, axis=1)
