"""What a card needs from its panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from engine.chain import Node

    from ..rows.bank_row import ChooseFolder
    from .costs import Costs
    from .editor import ChainEditor


@dataclass(frozen=True)
class Hands:
    """The editor, and the panel's services: the catalogue, moving by hand, showing a new card."""

    editor: ChainEditor
    choose_folder: ChooseFolder
    ask: Callable[[QWidget, Callable[[str], str], bool], None]
    """Open the catalogue beside a widget; the id that the choice makes is shown. With groups or without."""
    reveal: Callable[[str], None]
    """Select the card of that id and scroll to it."""
    drag: Callable[[str, QPoint], None]
    """A card is dragged over that place of the screen."""
    drop: Callable[[str], None]
    give_up: Callable[[], None]
    help: Callable[[QWidget, Node], None]
    """Open the page about a transform or group beside a widget."""
    mend: Callable[[str, str], None]
    """Do about the plugin of the step of that id what its card offered, a `gui.plugins.trouble.Deed`."""
    selection: Callable[[], tuple[float, float] | None]
    """What is selected in the views, in seconds of the recording."""
    costs: Costs
    """What each step costs."""
