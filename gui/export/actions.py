"""What can be done with a job in each of its states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from ..words import tr
from .job import ASKS, DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, Job
from .queue import Queue
from .row import Act


def open_folder(job: Job) -> None:
    """Show the folder that was written, in the system's file manager."""
    if job.outcome.out:
        QDesktopServices.openUrl(QUrl.fromLocalFile(job.outcome.out))


def buttons(queue: Queue, job: Job) -> list[Act]:
    """The buttons under a job."""
    if job.state == RUNNING:
        return _running(queue)
    if job.state == ASKS:
        return _asking(queue, job)
    acts = []
    if job.state == DONE and job.outcome.failed:
        acts.append(Act(tr("Retry"), tr("Make what failed, and nothing else"), lambda: queue.again(job.id)))
    elif job.state == FAILED:
        words = tr("Try again; files that the manifest lists stay, all others are made anew")
        acts.append(Act(tr("Retry"), words, lambda: queue.again(job.id)))
    elif job.state in (STOPPED, INTERRUPTED):
        words = tr("Make the rest; complete files stay as they are")
        acts.append(Act(tr("Continue"), words, lambda: queue.again(job.id)))
    if job.ended and job.outcome.out:
        acts.append(Act(tr("Open folder"), tr("Show the folder that was written"), lambda: open_folder(job)))
    if job.state in (INTERRUPTED, FAILED):
        acts.append(_remove(queue, job))
    return acts


def _running(queue: Queue) -> list[Act]:
    paused = queue.paused
    words = tr("Go on") if paused else tr("Pause")
    hint = tr("Go on with the next file") if paused else tr("Begin no more files until you say so")
    stop = tr("Stop now; files that are complete stay, and the jobs behind it wait")
    return [Act(words, hint, lambda: queue.pause(not paused)), Act(tr("Cancel"), stop, queue.cancel)]


def _asking(queue: Queue, job: Job) -> list[Act]:
    answers = [
        ("rename", tr("New name"), tr("Write to a new folder beside it, with a number behind its name")),
        ("overwrite", tr("Overwrite"), tr("Put this export in its place; files of others are not touched")),
        ("skip", tr("Skip"), tr("Keep what is there and is what this export would make; make the rest")),
    ]
    acts = [
        Act(words, hint, _answer(queue, job, rule))
        for rule, words, hint in answers
        if rule != "skip" or job.outcome.reason != "more"
    ]
    return [*acts, Act(tr("Change …"), tr("Choose another folder"), lambda: queue.put_back(job.id))]


def _answer(queue: Queue, job: Job, rule: str) -> Callable[[], object]:
    return lambda: queue.answer(job.id, rule)


def menu(queue: Queue, job: Job) -> list[Act]:
    """The menu of a job; to take it away stands last."""
    place = queue.jobs.index(job)
    acts = [Act(tr("Duplicate"), tr("The same once more, to be set otherwise"), lambda: queue.duplicate(job.id))]
    if place:
        acts.append(Act(tr("Move up"), tr("Before the one above it (Alt+Up)"), lambda: queue.move(job.id, place - 1)))
    if place < len(queue.jobs) - 1:
        hint = tr("Behind the one below it (Alt+Down)")
        acts.append(Act(tr("Move down"), hint, lambda: queue.move(job.id, place + 1)))
    return acts if job.state == RUNNING else [*acts, _remove(queue, job)]


def _remove(queue: Queue, job: Job) -> Act:
    return Act(tr("Remove"), tr("Take it out of this list (Delete); its files stay"), lambda: queue.remove(job.id))
