"""Workers: answers come on the caller's thread, the newest of a lane wins, and a dead worker is one sentence."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engine.jobs import ProcessPoolOfRequests, Response, Workers
from engine.params import SettingError
from tests.support.threads import ThreadPoolOfRequests

gate = threading.Event()


@dataclass(frozen=True)
class Echo:
    """Gives back its value, after the gate has opened if asked to wait."""

    value: int
    wait: bool = False

    def run(self) -> int:
        """The value."""
        if self.wait:
            gate.wait(30)
        return self.value


@dataclass(frozen=True)
class Refuse:
    """Fails in the program's own words."""

    def run(self) -> int:
        """Never gives anything."""
        raise SettingError("threshold_db 7 is outside -60 … 0 dB")


@dataclass(frozen=True)
class Die:
    """Takes its worker with it."""

    def run(self) -> int:
        """End the process."""
        os._exit(3)


@pytest.fixture
def threads() -> Iterator[Workers]:
    """Workers that are threads, for what does not need a process."""
    gate.clear()
    workers = Workers(ThreadPoolOfRequests())
    yield workers
    gate.set()
    workers.close()


def settle(workers: Workers, at_most_s: float = 60) -> None:
    """Hand over answers until none is to come."""
    until = time.monotonic() + at_most_s
    while workers.busy and time.monotonic() < until:
        workers.drain()
        time.sleep(0.005)
    assert not workers.busy


def test_the_newest_of_a_lane_wins(threads: Workers) -> None:
    """Of many requests in one lane only the last is answered; other lanes are not touched."""
    answers: list[int] = []
    threads.submit("take", Echo(1, wait=True), lambda response: answers.append(response.value))
    for value in range(2, 9):
        threads.submit("take", Echo(value), lambda response: answers.append(response.value))
    threads.submit("peaks", Echo(100), lambda response: answers.append(response.value))
    gate.set()
    settle(threads)
    assert sorted(answers) == [8, 100]


def test_answers_come_on_the_thread_that_drains(threads: Workers) -> None:
    """No answer is handed over by a worker's thread."""
    seen: list[threading.Thread] = []
    threads.submit("take", Echo(1), lambda _: seen.append(threading.current_thread()))
    settle(threads)
    assert seen == [threading.current_thread()]


def test_a_forgotten_lane_does_not_answer(threads: Workers) -> None:
    """What nobody waits for any more is dropped."""
    answers: list[Response] = []
    threads.submit("take", Echo(1, wait=True), answers.append)
    threads.submit("take", Echo(2), answers.append)
    threads.forget("take")
    gate.set()
    settle(threads)
    assert answers == []


def test_a_failure_of_ours_is_its_sentence(threads: Workers, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence arrives, and nothing is printed."""
    answers: list[Response] = []
    threads.submit("take", Refuse(), answers.append)
    settle(threads)
    assert answers == [Response(error="threshold_db 7 is outside -60 … 0 dB")]
    assert capsys.readouterr().err == ""


@dataclass(frozen=True)
class RunOut:
    """Fails as the system does when something is used up."""

    error: Exception

    def run(self) -> int:
        """Never gives anything."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the system refused: No space left on device"),
        (MemoryError(), "there is not enough memory for it"),
    ],
)
def test_what_the_system_has_no_more_of_is_said(
    threads: Workers, error: Exception, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk and a full memory are words for the user, and a trace for who looks at stderr."""
    answers: list[Response] = []
    threads.submit("take", RunOut(error), answers.append)
    settle(threads)
    assert answers == [Response(error=words)]
    assert "raise self.error" in capsys.readouterr().err


@dataclass(frozen=True)
class Large:
    """Gives back more than a pipe holds, again and again."""

    def run(self) -> bytes:
        """Sixteen megabytes."""
        return bytes(2**24)


def test_closing_in_the_middle_of_an_answer_comes_to_an_end() -> None:
    """A worker that is ended while it writes does not leave the window waiting for the rest."""
    for wait_s in (0.3, 0.5, 0.6):
        workers = Workers(ProcessPoolOfRequests(2))
        for lane in "abcdef":
            workers.submit(lane, Large(), lambda _: None)
        time.sleep(wait_s)
        workers.close()


def test_a_worker_that_dies_is_replaced() -> None:
    """The request that killed it gets a sentence, and the next one an answer."""
    workers = Workers(ProcessPoolOfRequests(1))
    answers: list[Response] = []
    workers.submit("take", Die(), answers.append)
    settle(workers)
    workers.submit("take", Echo(5), answers.append)
    settle(workers)
    workers.close()
    assert answers[0].error is not None
    assert "died" in answers[0].error
    assert answers[1] == Response(5)


@dataclass(frozen=True)
class WaitForLoops:
    """Asks for no compiled loop, and waits until there are some."""

    def run(self) -> bool:
        """Whether they have come."""
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            module = sys.modules.get("engine.dsp.phase_kernels")
            if hasattr(module, "overlap_add"):
                return True
            time.sleep(0.05)
        return False


def test_a_worker_has_its_loops_ready_before_they_are_asked_for() -> None:
    workers = Workers(ProcessPoolOfRequests(1))
    answers: list[Response] = []
    workers.submit("take", WaitForLoops(), answers.append)
    settle(workers, 150)
    workers.close()
    assert answers == [Response(True)]
