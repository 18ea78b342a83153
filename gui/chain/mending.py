"""What a card's button does about a plugin that does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.chain import Step

from ..words import trn

if TYPE_CHECKING:
    from .panel import ChainPanel


def mend(panel: ChainPanel, step_id: str, deed: str) -> None:
    """Do for a step one of `gui.plugins.trouble.Deed`."""
    step = panel.editor.chain.find(step_id)
    if not isinstance(step, Step) or step.plugin is None:
        return
    if deed == "find":
        panel.plugins.open_page(panel.window())
    elif deed == "use":
        _use(panel, step)
    elif deed == "run":
        panel.plugins.trust.ask_about([step.plugin])
    elif deed == "again":
        panel.plugins.retry_wanted.emit(step_id)


def _use(panel: ChainPanel, step: Step) -> None:
    here = panel.plugins.rack.shelf.alike(step.plugin) if step.plugin is not None else None
    if here is None:
        return
    lost = panel.editor.use_plugin(step.id, here)
    words = trn(
        "{name} {version} cannot have 1 value that was set; it is left out.",
        "{name} {version} cannot have {count} values that were set; they are left out.",
        lost, name=here.title, version=here.version,
    )  # fmt: skip
    panel.plugins.said.emit(words if lost else "")
