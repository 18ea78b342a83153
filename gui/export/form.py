"""What can be set on a job that waits: the few things that always matter, and more behind a button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..widgets.combo import QuietCombo
from ..widgets.labels import label
from ..widgets.number_box import NumberBox
from ..words import mark, tr
from .folder_field import FolderField
from .job import ASK, Settings
from .sentences import FORMATS, number

LARGEST_SEED = 2**31 - 1
RATES_HZ = (8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000)
LONGEST_S = 24 * 3600.0

Words = dict[str, Any]
RULES: Words = {
    mark("Ask"): ASK, mark("New name"): "rename", mark("Overwrite"): "overwrite", mark("Skip what is there"): "skip",
}  # fmt: skip
CHANNELS: Words = {mark("Same"): "keep", mark("Mono"): "mono", mark("Stereo"): "stereo"}
TAILS: Words = {mark("Cut"): "cut", mark("Keep"): "keep"}


class Choice(QuietCombo):
    """A combo box whose entries stand for values."""

    def __init__(self, name: str, hint: str, words: Words) -> None:
        super().__init__(name)
        self.setToolTip(hint)
        self._values = list(words.values())
        self.addItems([tr(word) for word in words])

    @property
    def value(self) -> Any:
        """The value that is chosen."""
        return self._values[self.currentIndex()]

    def show_value(self, value: Any) -> None:
        """Choose the entry of a value; the first for one that there is none of."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class SecondsField(QLineEdit):
    """A length in seconds; empty for the length that each recording has."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(placeholderText=tr("Same"))
        self.setAccessibleName(name)
        self.setToolTip(hint)
        self.setAcceptDrops(False)
        self._value: float | None = None
        self.editingFinished.connect(lambda: self.show_value(self.value))

    @property
    def value(self) -> float | None:
        """The length that is typed; what is no length leaves the one before."""
        text = self.text().strip().removesuffix("s").strip().replace(",", ".")
        if not text:
            return None
        try:
            typed = float(text)
        except ValueError:
            return self._value
        return typed if 0 < typed <= LONGEST_S else self._value

    def show_value(self, value: float | None) -> None:
        """Show a length."""
        self._value = value
        self.setText("" if value is None else f"{value:g} s")


class JobForm(QWidget):
    """Shows settings and says when they were changed."""

    changed = Signal(object)
    grown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings = Settings()
        self.folder = FolderField()
        self.variants = NumberBox(tr("Variants of each file"), 1, 1000, 2, 56)
        self.variants.setToolTip(tr("How many variants of each recording are made; variant k is take k"))
        self.format = Choice(tr("Format"), tr("What the files are written as"), FORMATS)
        self.existing = Choice(
            tr("If the folder is taken"),
            tr("What becomes of a folder that holds an export already; files of others are never touched"),
            RULES,
        )
        self.more = QPushButton(tr("More …"))
        self.more.setCheckable(True)
        self.more.setProperty("role", "quiet")
        self.more.setToolTip(tr("Sample rate, channels, length, tail, seed, originals"))
        self._make_more()
        self._lay_out()
        self._connect()

    def _make_more(self) -> None:
        rates: Words = {mark("Same"): None} | {f"{number(rate)} Hz": rate for rate in RATES_HZ}
        self.rate = Choice(tr("Sample rate"), tr("The rate of the files; recordings are converted first"), rates)
        self.channels = Choice(tr("Channels"), tr("The channels of the files"), CHANNELS)
        self.length = SecondsField(tr("Length"), tr("Cut or pad with silence to this length, in seconds"))
        self.tail = Choice(tr("Tail"), tr("What rings on behind a recording's end is cut off or kept"), TAILS)
        self.seed = NumberBox(tr("Seed"), 0, LARGEST_SEED, 0, 92)
        self.seed.setToolTip(tr("The seed of the draws; the window's when the job was made"))
        self.original = QCheckBox(tr("Write the originals too"))
        self.original.setToolTip(tr("Each recording unchanged, in the same format, beside its variants"))

    def _lay_out(self) -> None:
        choose = QPushButton(tr("Choose …"))
        choose.setToolTip(tr("Choose the folder that the export writes to"))
        choose.clicked.connect(self._choose_folder)
        self._extra = QWidget()
        grid = QGridLayout(self._extra)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        fields = (self.rate, self.channels, self.length, self.tail, self.seed)
        for place, field in enumerate(fields):
            words = label(field.accessibleName(), "small")
            words.setBuddy(field)
            grid.addWidget(words, place // 2, place % 2 * 2)
            grid.addWidget(field, place // 2, place % 2 * 2 + 1)
            field.setMinimumWidth(56)
        grid.addWidget(self.original, 3, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._extra.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(_row((self.folder, 1), (choose, 0)))
        layout.addLayout(_row((self.variants, 0), (label(tr("variants as")), 0), (self.format, 1)))
        layout.addLayout(_row((label(tr("If it is taken")), 0), (self.existing, 1), (self.more, 0)))
        layout.addWidget(self._extra)

    def _connect(self) -> None:
        for choice in (self.format, self.existing, self.rate, self.channels, self.tail):
            choice.activated.connect(self._tell)
        for box in (self.variants, self.seed):
            box.valueChanged.connect(self._tell)
        for field in (self.folder, self.length):
            field.editingFinished.connect(self._tell)
        self.original.clicked.connect(self._tell)
        self.more.toggled.connect(self._unfold)

    def show_settings(self, settings: Settings) -> None:
        """Show these."""
        self._settings = settings
        with QSignalBlocker(self.variants), QSignalBlocker(self.seed):
            self.variants.setValue(settings.variants)
            self.seed.setValue(settings.seed)
        if self.folder.text().strip() != settings.out:
            self.folder.setText(settings.out)
        self.folder.setCursorPosition(len(settings.out))
        self.format.show_value((settings.format, settings.bits))
        self.existing.show_value(settings.existing)
        self.rate.show_value(settings.sample_rate)
        self.channels.show_value(settings.channels)
        self.length.show_value(settings.duration_s)
        self.tail.show_value(settings.tail)
        self.original.setChecked(settings.keep_original)

    def _tell(self, *_: object) -> None:
        file_format, bits = self.format.value
        said = replace(
            self._settings, out=self.folder.text().strip(), existing=self.existing.value,
            variants=self.variants.value(), seed=self.seed.value(), format=file_format, bits=bits,
            sample_rate=self.rate.value, channels=self.channels.value, duration_s=self.length.value,
            tail=self.tail.value, keep_original=self.original.isChecked(),
        )  # fmt: skip
        if said != self._settings:
            self._settings = said
            self.changed.emit(said)

    def _unfold(self, more: bool) -> None:
        self._extra.setVisible(more)
        self.more.setText(tr("Less") if more else tr("More …"))
        self.grown.emit()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder to write to"), self.folder.text())
        if folder:
            self.folder.setText(folder)
            self._tell()


def _row(*widgets: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget, stretch in widgets:
        row.addWidget(widget, stretch)
    return row
