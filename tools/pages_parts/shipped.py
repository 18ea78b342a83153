"""The page of the shipped presets: what each is for, its steps, and three takes of it in figures and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import preset
from engine.chain import Chain, Node, OneOf, SomeOf, Step

HEAD = "This page is printed from `presets/`; `make pages` makes it anew, and nothing is edited here."


def page(made: Mapping[str, Any]) -> str:
    """The page as Markdown; `made` holds what was measured when the pictures were drawn."""
    about = (
        "Each picture shows the demo clip and three takes of it. Loudness is integrated (ITU-R BS.1770-4), the peak is "
        "the true peak, and the centroid is the middle of the spectrum's energy."
    )
    lines = ["# Shipped presets", "", HEAD, about, ""]
    for name in preset.shipped():
        lines += _entry(name, preset.load(name), made.get(name))
    return "\n".join(lines)


def _entry(name: str, chain: Chain, made: Mapping[str, Any] | None) -> list[str]:
    lines = [f"## {chain.name}", "", f"`{name}`. {chain.description}", ""]
    banks = ", ".join(f"`{bank}`" for bank in sorted(chain.banks()))
    if banks:
        lines += [f"Plays from the banks {banks}.", ""]
    for words, nodes in (("Steps", chain.steps), ("If none is drawn", chain.fallback), ("Always last", chain.finally_)):
        if nodes:
            lines += [f"{words}: {', '.join(_words(node) for node in nodes)}.", ""]
    if made is not None:
        lines += ["| | seconds | LUFS | peak, dBTP | centroid, Hz |", "| --- | --- | --- | --- | --- |"]
        lines += [_row("original", made["original"])]
        lines += [_row(f"take {number}", take) for number, take in enumerate(made["takes"], start=1)]
        lines += ["", f"![{chain.name}: the original and three takes](presets/pictures/{name}.png)", ""]
    return lines


def _words(node: Node) -> str:
    chance = f" (p {node.p:g})" if node.p < 1 else ""
    if isinstance(node, Step):
        return f"{node.transform}{chance}"
    inner = ", ".join(_words(member) for member in node.members)
    if isinstance(node, SomeOf):
        least, most = node.counts
        return f"{least} to {most} of ({inner}){chance}"
    assert isinstance(node, OneOf)
    return f"one of ({inner}){chance}"


def _row(words: str, figures: Mapping[str, float]) -> str:
    names = ("seconds", "loudness_lufs", "true_peak_db", "centroid_hz")
    return f"| {words} | " + " | ".join(f"{figures[name]:g}" for name in names) + " |"
