"""What a draw came to, in words: in a line, and in full."""

from __future__ import annotations

from engine.chain import GUARD
from engine.recipe import Drawn, Recipe
from engine.transform import find

from ..rows.region_words import where_words
from ..rows.row import spoken
from ..widgets.scale import shown
from ..words import tr


def draw_words(recipe: Recipe | None) -> str:
    """The steps that a draw took, in a line; None is the draw of no recording."""
    if recipe is None:
        return tr("Drop a recording to draw.")
    if not recipe.steps:
        return tr("This draw takes no step: the take is the original.")
    names = " · ".join(_name(step) for step in recipe.steps if step.id != GUARD)
    return tr("Nothing was drawn, so the fallback: {names}", names=names) if recipe.fallback else names


def values_words(recipe: Recipe) -> str:
    """The steps that a draw took, a line each, with what each was given."""
    return "\n".join(_step_words(step) for step in recipe.steps if step.id != GUARD) or draw_words(recipe)


def _step_words(step: Drawn) -> str:
    params = find(step.transform).params()
    values = [f"{spoken(params[name])} {shown(params[name], value)}" for name, value in step.values]
    if step.where is not None:
        values.append(where_words(step.where))
    return f"{_name(step)}:  {' · '.join(values)}" if values else _name(step)


def _name(step: Drawn) -> str:
    return step.id.partition("#")[0]
