"""Makes the pictures of takes in a worker: one at a time, and none while a take that is wanted is being made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from engine.analysis.thumbnail import TakeThumbnailRequest, ThumbnailRequest
from engine.jobs import Done, Request, Response
from engine.project import Project
from engine.takes import RenderRequest, View
from engine.track import Scratch, Track, TrackReader

from ..store import Store
from .looked import Looked, Strip, Thumb, made_of

LANE = "thumbnail"
COLUMNS, ROWS = 200, 120
IDLE_MS = 600
"""So long nothing may have happened before takes are rendered for their pictures alone."""
PAUSE_MS = 40
SHORT_S = 60.0
"""Takes of recordings no longer than this are rendered for their pictures; of longer ones those looked at have one."""

Submit = Callable[[str, Request, Done], None]


@dataclass(eq=False)
class _Job:
    """A picture that is being made; `spare` is the track that is rendered for it alone, if one is."""

    thumb: Thumb
    of: Hashable
    doubts: int
    spare: Track | None = None
    stopped: bool = False


class Darkroom(QObject):
    """Keeps the strip of the present recording and seed; `changed` says that something in it is new."""

    changed = Signal()

    def __init__(self, store: Store, submit: Submit, scratch: Scratch, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._submit = submit
        self._scratch = scratch
        self._looked = Looked()
        self._seen: Project | None = None
        self._doubts = 0
        self._view: View | None = None
        self._job: _Job | None = None
        self._next: tuple[_Job, Track] | None = None
        self._open = False
        self.strip: Strip = Strip()
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._work_on)
        store.changed.connect(lambda _new, _old: self._catch_up())
        self._catch_up()

    def open(self) -> None:
        """Make pictures from now on."""
        self._open = True
        self._begin_next()
        self._wait()

    def close(self) -> None:
        """Begin nothing more; what is under way ends soon."""
        self._open = False
        self._idle.stop()
        self._stop()

    def show_view(self, view: View | None) -> None:
        """Take in what is seen of the take that is looked at; its picture is made of its track once that is whole."""
        self._catch_up()
        self._view = view
        thumb = self.strip.get(view.recipe.variant) if view is not None else None
        if view is None or thumb is None or view.source.path != self._store.project.selected:
            return
        of = made_of(view.recipe, self._store.project)
        if view.error:
            self._keep(_Job(thumb, of, self._doubts), Response(error=view.error))
        elif view.complete and view.take is not None:
            self._show_take(_Job(thumb, of, self._doubts), view.take)
        self._wait()

    def _show_take(self, job: _Job, take: Track) -> None:
        """Have the picture of the take that is looked at made before all others, unless it is there."""
        thumb = job.thumb
        if thumb.made_of == job.of and not thumb.error:
            thumb.fresh = True
            self.changed.emit()
        elif self._job is None or self._job.of != job.of:
            self._next = (job, take)
            self._stop()
            self._begin_next()

    def _catch_up(self) -> None:
        """Follow the document: another strip, another take in it, or doubts about all pictures."""
        new, old, self._seen = self._store.project, self._seen, self._store.project
        if old is not None and _looked_at(new) == _looked_at(old):
            return
        if old is not None and (new.chain, new.banks) != (old.chain, old.banks):
            self._begin_doubt()
        self._stop()
        self.strip = self._looked.look_at(new) if new.source is not None else Strip()
        self._wait()
        self.changed.emit()

    def doubt(self) -> None:
        """Look at all pictures again: what takes are made from has changed on the disk."""
        self._begin_doubt()
        self._stop()
        self._wait()

    def _begin_doubt(self) -> None:
        self._doubts += 1
        self._looked.doubt()

    def _wait(self) -> None:
        if self._open:
            self._idle.start(IDLE_MS)

    def _stop(self) -> None:
        """End a render that is only for a picture."""
        if self._job is not None and self._job.spare is not None:
            self._job.stopped = True
            TrackReader(self._job.spare).request_stop()

    def _begin_next(self) -> None:
        if self._job is None and self._next is not None and self._open:
            (job, track), self._next = self._next, None
            self._begin(job, ThumbnailRequest(track, COLUMNS, ROWS))

    def _begin(self, job: _Job, request: Request) -> None:
        self._job = job
        self._submit(LANE, request, partial(self._answered, job))

    def _work_on(self) -> None:
        """Make the next picture that is not true any more, if what is wanted is done."""
        view = self._view
        if self._job is not None or view is None or view.original is None or view.preparing:
            return
        if not (view.complete or view.error):
            return
        for thumb, of, render in self._doubtful(view.original):
            if view.duration_s <= SHORT_S:
                frames = TrackReader(view.original).ready
                spare = self._scratch.new(view.original.sample_rate, view.original.channels, frames)
                request = TakeThumbnailRequest(render(spare), COLUMNS, ROWS)
                self._begin(_Job(thumb, of, self._doubts, spare), request)
                break
        self.changed.emit()

    def _doubtful(self, original: Track) -> Iterator[tuple[Thumb, Hashable, Callable[[Track], RenderRequest]]]:
        """The takes whose pictures are not of what the chain draws, those next to the present first."""
        project = self._store.project
        assert project.source is not None
        for thumb in sorted(self.strip.values(), key=lambda thumb: abs(thumb.variant - project.variant)):
            if thumb.fresh or thumb.variant == project.variant:
                continue
            recipe = project.chain.draw_here(project.seed, project.source.source_id, thumb.variant)
            of = made_of(recipe, project)
            thumb.fresh = thumb.made_of == of
            if not thumb.fresh:
                render = partial(RenderRequest, original, recipe, project.banks, labelled=project.selected or "")
                yield thumb, of, render

    def _answered(self, job: _Job, response: Response) -> None:
        self._job = None
        if job.spare is not None:
            self._scratch.remove(job.spare)
        gone = response.error is None and not response.value.size
        if not (job.stopped or gone):
            self._keep(job, response)
        self._begin_next()
        if self._open and self._job is None:
            self._idle.start(PAUSE_MS if job.spare is not None and not job.stopped else IDLE_MS)

    def _keep(self, job: _Job, response: Response) -> None:
        """Put a picture, or the reason why there is none, to its take."""
        thumb = job.thumb
        thumb.made_of, thumb.fresh, thumb.error = job.of, job.doubts == self._doubts, response.error or ""
        thumb.picture = response.value
        self.changed.emit()


def _looked_at(project: Project) -> tuple[object, ...]:
    return project.selected, project.seed, project.variant, project.chain, project.banks
