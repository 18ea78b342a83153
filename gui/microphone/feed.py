"""Tells the player what the document and the user want of the microphone, and the window what became of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from engine.files.recording import RecoverRecordings
from engine.jobs import Response, Submit
from engine.playback.messages import Snapshot
from engine.playback.microphone.messages import (
    LATENCIES,
    PICKS,
    SOURCE,
    CloseMicrophone,
    EndRecording,
    Latency,
    LiveChain,
    MicrophoneState,
    Mute,
    OpenMicrophone,
    Picked,
    Record,
    Recorded,
)  # fmt: skip
from engine.project import Project
from engine.recipe import Recipe

from ..audition import Audition
from ..memory import Memory
from ..store import Store
from ..words import sentence, tr, trn

DEVICE, PICKED, LATENCY, WHAT = (f"microphone/{name}" for name in ("device", "picked", "latency", "record"))
CUT_SHORT = "microphone/recording"
"""Remembered while something is recorded: what a killed program left is looked for in that folder."""


class Feed(QObject):
    """Opens and closes, and follows the chain while it is open.

    `skipped` gives why each step is not heard, by its id, or None while the microphone is closed. `recorded` gives
    the paths of new recordings; `said` and `failed` a sentence about one.
    """

    skipped = Signal(object)
    recorded = Signal(object)
    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self, store: Store, audition: Audition, submit: Submit, memory: Memory, folder: Callable[[], str]
    ) -> None:  # fmt: skip
        super().__init__()
        self._store, self._audition, self._submit, self._memory = store, audition, submit, memory
        self._folder = folder
        self.wanted = False
        self.state = MicrophoneState()
        self.recipe: Recipe | None = None
        self._known: dict[str, str] | None = None
        self._finished = 0
        store.changed.connect(self._document_changed)

    @property
    def device(self) -> str:
        """The device that was chosen, empty for the system's own choice."""
        return str(self._memory.get(DEVICE, ""))

    @property
    def picked(self) -> Picked:
        """Which of its channels are heard."""
        return next((pick for pick in PICKS if pick == self._memory.get(PICKED, "")), "stereo")

    @property
    def latency(self) -> Latency:
        """How near it is to be."""
        return next((one for one in LATENCIES if one == self._memory.get(LATENCY, "")), "balanced")

    @property
    def what(self) -> Recorded:
        """What is recorded."""
        return "out" if self._memory.get(WHAT, "in") == "out" else "in"

    def choose(self, name: str, value: str) -> None:
        """Remember a choice, and open the microphone anew where it has to be."""
        self._memory.put(name, value)
        if self.wanted and name != WHAT:
            self.open()

    def open(self) -> None:
        """Let the microphone in, muted."""
        self.wanted = True
        self._send_chain()
        self._audition.send(OpenMicrophone(self.device or None, self.picked, self.latency))

    def close(self) -> None:
        """Let it go."""
        self.wanted = False
        self._audition.send(CloseMicrophone())

    def toggle_muted(self) -> None:
        """Let it be heard, or no longer; where it is closed, open it."""
        if not self.state.device:
            self.open()
        else:
            self._audition.send(Mute(not self.state.muted))

    def toggle_recording(self) -> None:
        """Begin a recording, or end the one that is made."""
        if self.state.recording.running:
            self._audition.send(EndRecording())
        elif self.state.device:
            self._memory.put(CUT_SHORT, self._folder())
            self._audition.send(Record(self.what, self._folder()))

    def recover(self) -> None:
        """Look for what a killed program recorded."""
        folder = str(self._memory.get(CUT_SHORT, ""))
        if folder:
            self._submit("recover recordings", RecoverRecordings(folder), self._recovered)

    def show_snapshot(self, now: Snapshot) -> None:
        """Take in how it stands."""
        before, self.state = self.state, now.microphone
        if before.device and not self.state.device:
            self.wanted = False
        found = {skip.step: skip.reason for skip in self.state.skipped} if self.state.device else None
        if found != self._known:
            self._known = found
            self.skipped.emit(found)
        self._follow_recording(before)

    def _follow_recording(self, before: MicrophoneState) -> None:
        recording = self.state.recording
        if recording.number < before.recording.number:  # another audio process: the one that recorded was ended
            self._finished = 0
            if before.recording.running:
                self.recover()
        if recording.running or recording.number <= self._finished:
            return
        self._finished = recording.number
        self._memory.put(CUT_SHORT, "")
        if recording.error:
            self.failed.emit(sentence(recording.error))
        elif recording.path:
            gaps = trn("with {count} dropout", "with {count} dropouts", recording.dropouts)
            words = tr("Recorded {seconds} s to {path}", seconds=f"{recording.seconds:.1f}", path=recording.path)
            self.said.emit(f"{words}, {gaps}." if recording.dropouts else f"{words}.")
        if recording.path:
            self.recorded.emit((recording.path,))

    def _recovered(self, response: Response) -> None:
        self._memory.put(CUT_SHORT, "")
        if response.value:
            self.said.emit(
                trn("{count} recording that was cut short is recovered.",
                    "{count} recordings that were cut short are recovered.", len(response.value))
            )  # fmt: skip
            self.recorded.emit(response.value)

    def _document_changed(self, new: Project, old: Project) -> None:
        drawn_from = (new.chain, new.seed, new.variant, new.banks)
        if self.wanted and drawn_from != (old.chain, old.seed, old.variant, old.banks):
            self._send_chain()

    def draw_again(self) -> None:
        """Begin the chain anew where it is heard: other plugins may run than before, or one is to be tried again."""
        if self.wanted:
            self._send_chain()

    def _send_chain(self) -> None:
        project = self._store.project
        self.recipe = project.chain.draw_here(project.seed, SOURCE, project.variant)
        self._audition.send(LiveChain(self.recipe.steps, project.banks))
