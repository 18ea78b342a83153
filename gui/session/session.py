"""The session: which file the document is in, whether it has edits that are not, and what becomes of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.jobs import Response
from engine.project import LETTERS, Project, Source
from engine.session import SUFFIX, OpenRequest, Saved

from ..actions import Command
from ..bridge import Bridge
from ..memory import Memory
from ..notice import Notice
from ..store import Store
from ..words import sentence, tr, trn
from .autosave import Autosave, Left
from .questions import Questions
from .recent import Recent
from .writer import Writer

FOLDER = "session/folder"
LAST = "session/last"


class Session(QObject):
    """New, open, save; `changed` when its name or its being saved changed, `opened` for another document.

    `paths_chosen` gives a file or a folder of recordings that was chosen among the recent ones.
    """

    changed = Signal()
    opened = Signal()
    paths_chosen = Signal(tuple)

    def __init__(
        self, store: Store, bridge: Bridge, memory: Memory, questions: Questions, copies: Path | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._bridge = bridge
        self._memory = memory
        self.questions = questions
        self._notice: Notice | None = None
        self._saved: Project | None = store.project
        """The document as its file has it; None where no file has it."""
        self.path: Path | None = None
        self.modified = False
        self.recent = Recent(memory, self._open_recent)
        self.writer = Writer(self)
        self.autosave = Autosave(copies, self.writer, self._state, self)
        self.autosave.failed.connect(self._copy_failed)
        store.changed.connect(lambda _new, _old: self._document_changed())

    @property
    def name(self) -> str:
        """The file's name, or what is said where there is none yet."""
        return self.path.name if self.path else tr("Untitled")

    def speak_through(self, notice: Notice) -> None:
        """Say from now on in that strip what could not be opened or saved."""
        self._notice = notice

    def commands(self) -> list[Command]:
        """What can be done here by menu and key."""
        return [
            Command("new_session", "File", tr("New"), tr("Begin with an empty library"), self.new, ("Ctrl+N",)),
            Command(
                "open_session", "File", tr("Open session …"), tr("Open a session that was saved"), self.ask_open,
                ("Ctrl+Alt+O",),
            ),
            Command(
                "open_recent", "File", tr("Open recent"), tr("Open again what was opened lately"), _submenu,
                entries=self.recent.entries,
            ),
            Command(
                "save_session", "File", tr("Save"), tr("Save the session: library, chain and draw"), self.save,
                ("Ctrl+S",), separator_before=True,
            ),
            Command(
                "save_session_as", "File", tr("Save as …"), tr("Save the session under another name"), self.save_as,
                ("Ctrl+Shift+S",),
            ),
        ]  # fmt: skip

    def amend(self, change: Callable[[Project], Project]) -> None:
        """Put in what the program itself brings along, which is no edit of the user's."""
        if self._saved is not None:
            self._saved = change(self._saved)
        self._store.amend(change(self._store.project))

    def new(self) -> None:
        """Begin with an empty library; the chain and the seed stay as they are."""
        project = self._store.project
        self.leave_then(lambda: self._begin(replace(project, sources=(), selected=None, variant=1), None))

    def ask_open(self) -> None:
        """Ask for a session and open it."""
        path = self.questions.what_to_open(self._memory.get(FOLDER, ""))
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Open a session, once it is settled what becomes of the edits of this one."""
        self.leave_then(lambda: self._read(path, partial(self._opened, Path(os.path.abspath(path)))))

    def open_last(self) -> None:
        """Open the session that was saved or opened last, if it is still there."""
        last = self._memory.get(LAST, "")
        if last and os.path.exists(last):
            self.open(last)

    def restore(self, left: Left) -> None:
        """Bring back what an earlier run left behind."""
        self._read(str(left.path), partial(self._restored, left))

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the session's file, or ask for one; `then` is done once it is written."""
        if self.path is None:
            self.save_as(then)
        else:
            self._write(self.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file and save to it."""
        folder = Path(self._memory.get(FOLDER, "") or Path.home())
        proposed = self.path or folder / (tr("Untitled") + SUFFIX)
        chosen = self.questions.where_to_save(str(proposed))
        if chosen:
            self._write(Path(chosen if chosen.endswith(SUFFIX) else chosen + SUFFIX), then)

    def leave_then(self, go_on: Callable[[], object]) -> None:
        """Go on, once the edits that no file has are saved or let go; not at all if the user thinks better of it."""
        if self.may_leave(go_on):
            go_on()

    def may_leave(self, later: Callable[[], object]) -> bool:
        """Whether there is nothing unsaved, or it may be let go; if it is to be saved, `later` is done after that."""
        answer = self.questions.unsaved(self.name) if self.modified else "discard"
        if answer == "save":
            self.save(later)
        return answer == "discard"

    def offer_left_behind(self) -> None:
        """Offer what earlier runs left behind, one by one."""
        for left in self.autosave.left_behind():
            self._offer(left)

    def close(self, *, keep: bool) -> None:
        """End; `keep` leaves what no file has for the next start."""
        if keep and self.modified:
            self.autosave.now()
        self.writer.close()
        self.autosave.close(keep=keep and self.modified)

    def _offer(self, left: Left) -> None:
        topic = f"restore {left.folder.path.name}"
        words = tr(
            "Variophone ended unexpectedly. Restore the session of {time}?",
            time=left.since.strftime("%Y-%m-%d %H:%M"),
        )
        offers = (
            (tr("Restore"), lambda: self.leave_then(lambda: self.restore(left))),
            (tr("Discard"), left.folder.close),
        )
        if self._notice is not None:
            self._notice.ask(words, topic, *offers)

    def _state(self) -> tuple[Project, str]:
        return self._store.project, str(self.path or "")

    def _write(self, path: Path, then: Callable[[], object] | None) -> None:
        project = self._store.project
        self.writer.write(path, project, partial(self._written, path, project, then))

    def _written(self, path: Path, project: Project, then: Callable[[], object] | None, error: str) -> None:
        self._say(sentence(error), "session")
        if not error:
            self._is_in(path, project)
            if then is not None:
                then()

    def _read(self, path: str, take: Callable[[Saved], None]) -> None:
        """Have a session read; edits that are made meanwhile are asked about as those before were."""
        asked_at = self._store.project

        def done(response: Response) -> None:
            saved: Saved | None = response.value
            self._say(sentence(response.error or ""), "session")
            if saved is None:
                return
            if _same(asked_at, self._store.project):
                take(saved)
            else:
                self.leave_then(lambda: take(saved))

        self._bridge.submit("session", OpenRequest(path), done)

    def _opened(self, path: Path, saved: Saved) -> None:
        self._begin(saved.project, path)
        self._say_missing(saved.missing)

    def _restored(self, left: Left, saved: Saved) -> None:
        self._begin(saved.project, Path(saved.origin) if saved.origin else None)
        self.autosave.take_over(left)
        self._saved = None
        self._document_changed()
        self._say_missing(saved.missing)

    def _begin(self, project: Project, path: Path | None) -> None:
        self.autosave.drop()
        self.path = path
        self._saved = project
        self._store.begin(project)
        self._is_in(path, project)
        self.opened.emit()

    def _is_in(self, path: Path | None, project: Project) -> None:
        """The file of that path, if any, has this document now."""
        self.path = path
        self._saved = project
        if path is not None:
            self.recent.add([str(path)])
            self._memory.put(FOLDER, str(path.parent))
            self._memory.put(LAST, str(path))
        self._document_changed()
        if not self.modified:
            self.autosave.drop()
        self.changed.emit()

    def _document_changed(self) -> None:
        modified = self._saved is None or not _same(self._saved, self._store.project)
        if modified:
            self.autosave.soon()
        elif self.modified:
            self.autosave.drop()
        if modified != self.modified:
            self.modified = modified
            self.changed.emit()

    def _open_recent(self, path: str) -> None:
        if path.endswith(SUFFIX):
            self.open(path)
        else:
            self.paths_chosen.emit((path,))

    def _say_missing(self, missing: int) -> None:
        if missing:
            self._say(
                trn(
                    "1 recording of this session is missing; the library names it.",
                    "{count} recordings of this session are missing; the library names them.", missing,
                ), "session",
            )  # fmt: skip

    def _copy_failed(self, error: str) -> None:
        words = tr("Unsaved work cannot be kept for after a crash: {reason}", reason=sentence(error)) if error else ""
        self._say(words, "copy")

    def _say(self, words: str, topic: str) -> None:
        if self._notice is not None:
            self._notice.say(words, topic)


def _same(one: Project, other: Project) -> bool:
    """Whether two documents differ only in what is no edit: what is looked at, and what is known of recordings."""
    if _told(one) != _told(other) or len(one.sources) != len(other.sources):
        return False
    pairs = zip(one.sources, other.sources, strict=True)
    return one.sources is other.sources or all(a is b or _named(a) == _named(b) for a, b in pairs)


def _told(project: Project) -> tuple[object, ...]:
    """What is told of a document beside its recordings."""
    return tuple(map(project.at, LETTERS)), project.seed, project.variant, project.banks


def _named(source: Source) -> tuple[str, str, str]:
    return source.path, source.source_id, source.label


def _submenu() -> None:
    """It opens by itself."""
