"""The queue's rows, one below the other, no higher than the dock can give."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ..words import tr
from .actions import buttons, menu
from .job import DONE, Job
from .queue import Queue
from .row import JobRow
from .sentences import warnings

GAP = 4
SHARE = 0.36
"""The most of the window's height that the rows take: the chain above needs the rest."""
LOWEST = 120


class JobsView(QScrollArea):
    """Shows the queue; at most one of its jobs is open to be set."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self._queue = queue
        self.rows: dict[str, JobRow] = {}
        self._open = ""
        self.setAccessibleName(tr("Exports"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = QWidget()
        self._layout = QVBoxLayout(self._inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self.setWidget(self._inside)
        self.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        queue.changed.connect(self.show_jobs)
        queue.progressed.connect(self._show_progress)
        self.show_jobs()

    def open_job(self, job_id: str) -> None:
        """Show what can be set on a job, and hide it on the others."""
        self._open = job_id
        for name, row in self.rows.items():
            row.set_open(name == job_id)
        self._fitting.start()

    def show_jobs(self) -> None:
        """Follow the queue."""
        jobs = self._queue.jobs
        for name in self.rows.keys() - {job.id for job in jobs}:
            gone = self.rows.pop(name)
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        last = next((job for job in reversed(jobs) if job.ended), None)
        for place, job in enumerate(jobs):
            row = self.rows.get(job.id) or self._new_row(job.id)
            if self._layout.indexOf(row) != place:
                self._layout.insertWidget(place, row)
            folded = job.state == DONE and not (job.outcome.failed or warnings(job)) and job is not last
            row.show_job(job, self._queue.progress, folded=folded)
        self.setVisible(bool(jobs))
        self._fitting.start()

    def _new_row(self, name: str) -> JobRow:
        row = JobRow(lambda job: buttons(self._queue, job), lambda job: menu(self._queue, job))
        row.set_open(name == self._open)
        row.opened.connect(lambda is_open: self.open_job(name if is_open else ""))
        row.settings_changed.connect(lambda settings: self._queue.set(name, settings))
        row.moved.connect(lambda place: self._drag(name, place))
        row.stepped.connect(lambda steps: self._step(name, steps))
        row.grown.connect(self._fitting.start)
        self.rows[name] = row
        return row

    def _show_progress(self) -> None:
        job = self._queue.running
        if job is not None and job.id in self.rows:
            self.rows[job.id].show_progress(self._queue.progress)

    def _step(self, name: str, steps: int) -> None:
        job = self._queue.job(name)
        if job is not None:
            self._queue.move(name, self._queue.jobs.index(job) + steps)
            self.ensureWidgetVisible(self.rows[name])

    def _drag(self, name: str, place: QPoint) -> None:
        """Put the job where the mouse is."""
        y = self._inside.mapFromGlobal(place).y()
        above = [job for job in self._queue.jobs if job.id != name and self._middle(job) < y]
        self._queue.move(name, len(above))

    def _middle(self, job: Job) -> int:
        return self.rows[job.id].geometry().center().y()

    def event(self, event: QEvent) -> bool:
        """Follow the rows' heights."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fitting.start()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere in another width."""
        super().resizeEvent(event)
        self._fitting.start()

    def _fit(self) -> None:
        """As high as the rows are, up to a share of the window."""
        most = max(round(self.window().height() * SHARE), LOWEST)
        width = self.viewport().width()
        wanted = self._layout.heightForWidth(width) if self._layout.hasHeightForWidth() else 0
        wanted = max(wanted, 0) or self._layout.sizeHint().height()
        self.setFixedHeight(min(wanted, most))
