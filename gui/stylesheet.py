"""The one stylesheet, made from a theme's tokens; a widget's part in it is its `role` property.

Grid 4 px; radii 4 (fields), 6 (buttons), 8 (cards); type 13 px, 11 px capitals for headings, 21 px for the time.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .theme import Theme

TICK = Path(__file__).parent / "tick.svg"

_RULES = Template("""
* { font-size: 13px; outline: none; }
QMainWindow, QDialog { background: $background; }
QToolTip { background: $card; color: $text; border: 1px solid $edge; border-radius: 4px; padding: 4px 6px; }

QLabel { background: transparent; color: $text; }
QLabel[role="heading"] { color: $dim; font-size: 11px; letter-spacing: 1px; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="faint"], QLabel[role="note"] { color: $faint; font-size: 11px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="left-out"] { font-weight: 600; color: $faint; }
QLabel[role="small"] { color: $dim; font-size: 11px; }
QLabel[role="error"] { color: $clip; font-size: 11px; }
QLabel[role="warm"] { color: $warm; font-size: 11px; }
QLabel[role="good"] { color: $good; }
QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="time"] { font-size: 21px; font-weight: 600; }

QWidget[role="panel"] { background: $panel; }
#drawBar, #transportBar, #microphonePanel { border-top: 1px solid $line; }
QFrame[role="card"] { background: $card; border: 1px solid $line; border-radius: 8px; }
QFrame[role="sunken"] { background: $sunken; border: 1px solid $line; border-radius: 8px; }
QFrame[role="card"][selected="true"], QFrame[role="sunken"][selected="true"] { border: 1px solid $edge; }
QFrame[role="card"]:focus, QFrame[role="sunken"]:focus, QFrame[lifted="true"] { border: 1px solid $take; }
QFrame[role="popup"] { background: $card; border: 1px solid $edge; }
QFrame[role="notice"] { background: $sunken; border: none; border-bottom: 2px solid $edge; }
QFrame[role="notice"][wrong="true"] { border-bottom: 2px solid $clip; }
QFrame[role="floating"] { background: $card; border: 1px solid $edge; border-radius: 8px; }
QLabel[role="drop-zone"] {
    background: transparent; color: $dim; border: 1px dashed $edge; border-radius: 8px; padding: 6px;
}
QFrame[dropping="true"] { border: 1px solid $take; }
QLabel[role="drop-zone"]:focus { border: 1px solid $take; }
QLabel[role="drop-zone"][dropping="true"] { border: 1px dashed $take; color: $text; }
QFrame[role="rule"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton {
    background: $card; color: $text; border: 1px solid $line; border-radius: 6px; padding: 4px 10px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $pressed; }
QPushButton:focus, QToolButton:focus { border: 1px solid $take; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $sunken; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[role="primary"], QToolButton[role="primary"] {
    background: $take; color: $on_take; border: 1px solid $take; font-weight: 600;
}
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: $take_hover; }
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus { border: 2px solid $text; padding: 3px 9px; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled {
    background: $sunken; color: $faint; border-color: $line;
}
QPushButton[role="quiet"], QToolButton[role="quiet"] {
    background: transparent; border: 1px solid transparent; padding: 3px 6px; color: $dim;
}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: $hover; color: $text; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 1px solid $take; }
QPushButton[role="figure"] {
    background: transparent; border: none; padding: 0; color: $dim; font-size: 11px; text-align: left;
}
QPushButton[role="figure"]:hover { color: $text; }
QPushButton[role="figure"]:focus { color: $take; }
QFrame[role="segments"] { background: $card; border: 1px solid $line; border-radius: 6px; }
QToolButton[role="segment"], QPushButton[role="segment"] {
    background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px 9px; color: $dim;
}
QToolButton[role="segment"]:hover, QPushButton[role="segment"]:hover { color: $text; }
QToolButton[role="segment"]:checked { background: $pressed; color: $text; }
QPushButton[role="segment"][side="take"]:checked { background: $take; color: $on_take; }
QPushButton[role="segment"][side="original"]:checked { background: $original; color: $card; }
QToolButton[role="segment"]:focus, QPushButton[role="segment"]:focus { border: 1px solid $take; }
QPushButton[role="segment"]:checked:focus { border: 1px solid $text; }
QPushButton[role="add"] { background: transparent; border: 1px dashed $edge; padding: 7px 10px; color: $dim; }
QPushButton[role="add"]:hover { background: $hover; color: $text; }
QPushButton[role="add"]:focus { border: 1px dashed $take; color: $text; }
QPushButton[role="chip"] {
    background: transparent; border: 1px solid $line; border-radius: 4px; padding: 2px 8px; color: $dim;
}
QPushButton[role="chip"]:hover { background: $hover; color: $text; }
QPushButton[role="chip"]:checked { background: $pressed; border-color: $edge; color: $text; }
QPushButton[role="chip"][side="take"]:checked { background: $take; border-color: $take; color: $on_take; }
QPushButton[role="chip"][side="original"]:checked {
    background: $original; border-color: $original; color: $background;
}
QPushButton[role="chip"]:focus { border-color: $take; }
QPushButton[role="toggle"]:checked { background: transparent; border-color: $take; color: $warm; }
QPushButton[role="unbound"] {
    text-align: left; background: transparent; border: 1px dashed $clip; color: $text; padding: 4px 8px;
}
QPushButton[role="unbound"]:hover { background: $hover; }
QPushButton[role="unbound"]:focus { border: 1px solid $take; }
QPushButton[role="field"] { text-align: left; background: $card; padding: 4px 8px; }

QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit {
    background: $sunken; color: $text; border: 1px solid $line; border-radius: 4px; padding: 3px 6px;
    selection-background-color: $take; selection-color: $on_take;
}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: $edge; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid $take;
}
QPlainTextEdit[role="report"] { font-family: monospace; font-size: 11px; color: $dim; }
QPlainTextEdit[role="code"] { padding: 2px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: $faint; }
QLineEdit[role="value"] {
    background: transparent; border: 1px solid transparent; padding: 0 2px; font-weight: 600;
}
QLineEdit[role="range"] { background: transparent; border: 1px solid transparent; padding: 0 2px; color: $dim; }
QLineEdit[role="bounds"] {
    background: transparent; border: 1px solid transparent; padding: 0 2px; color: $dim; font-size: 11px;
}
QLineEdit[role="value"]:hover, QLineEdit[role="range"]:hover, QLineEdit[role="bounds"]:hover { background: $hover; }
QLineEdit[role="value"]:focus, QLineEdit[role="range"]:focus, QLineEdit[role="bounds"]:focus {
    background: $background; border: 1px solid $take; color: $text;
}
QLineEdit[wrong="true"], QLineEdit[role][wrong="true"] { border: 1px solid $clip; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }

QComboBox {
    background: $card; color: $text; border: 1px solid $line; border-radius: 6px; padding: 3px 8px;
}
QComboBox:hover { background: $hover; }
QComboBox:focus, QComboBox:on { border: 1px solid $take; }
QComboBox[role="value"] { padding: 1px 6px; border-radius: 4px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView, QListView, QTreeView, QTableView {
    background: $card; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 4px;
    selection-background-color: $pressed; selection-color: $text;
}
QListView[role="plain"], QTreeView[role="plain"], QTableView[role="plain"] {
    background: transparent; border: none; padding: 0;
}
QListView::item, QTreeView::item { padding: 4px 6px; border-radius: 4px; border: none; }
QTreeView[role="plain"]::item { border-radius: 0; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected { background: $pressed; color: $text; }
QToolButton[role="quiet"]:checked { background: $pressed; color: $text; }
QHeaderView { background: transparent; border: none; }
QTableView#pluginTable QHeaderView::section { padding-left: 3px; }
QTableView#libraryList QHeaderView::section:first { padding-left: 12px; }
QTableView#libraryList QHeaderView::section:last { padding-right: 12px; }
QHeaderView::section {
    background: transparent; color: $faint; border: none; border-bottom: 1px solid $line; padding: 4px 6px;
}

QMenuBar { background: $panel; color: $dim; border-bottom: 1px solid $line; padding: 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; color: $text; }
QStatusBar {
    background: $panel; color: $dim; border-top: 1px solid $line; font-size: 11px; min-height: 20px; padding-left: 6px;
}
QStatusBar::item { border: none; }
QMenu { background: $card; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 4px 20px 4px 10px; border-radius: 4px; }
QMenu::item:selected { background: $pressed; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; color: transparent; }
QProgressBar::chunk { background: $good; border-radius: 3px; }
QSlider::groove:horizontal { height: 3px; background: $line; border-radius: 1px; }
QSlider::sub-page:horizontal { background: $dim; border-radius: 1px; }
QSlider::handle:horizontal {
    width: 10px; height: 10px; margin: -5px 0; border-radius: 6px; background: $card; border: 2px solid $dim;
}
QSlider::handle:horizontal:hover { border-color: $text; }
QSlider:focus::handle:horizontal { border-color: $take; }
QCheckBox, QRadioButton { color: $text; spacing: 6px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $edge; border-radius: 4px; background: $sunken; }
QCheckBox::indicator:checked { background: $take; border-color: $take; image: url("$tick"); }
QCheckBox::indicator:focus { border-color: $text; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QDockWidget { color: $dim; }
QTabBar::tab { background: transparent; color: $dim; border: none; padding: 6px 10px; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $take; }
""")


def stylesheet(theme: Theme) -> str:
    """The rules with this theme's colours put in."""
    from .theme import mixed

    colours = dataclasses.asdict(theme)
    colours.update(hover=theme.hover, pressed=theme.pressed, edge=theme.edge, warm=theme.warm)
    return _RULES.substitute(colours, take_hover=mixed(theme.take, theme.text, 0.15), tick=TICK.as_posix())
