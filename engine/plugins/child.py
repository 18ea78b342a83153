"""A child process in which plugins are loaded: whatever one does there, this process goes on.

It is started with subprocess and not with multiprocessing, whose daemonic processes, as workers and the audio process
are, may have no children. What a plugin prints goes nowhere; a child whose parent ends ends too.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .requests import Answer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .requests import Request

START_S = 20.0
"""So long a child may take to be there: Python and numpy are read anew, on a machine that may be busy."""
SEND_S = 5
"""So long a child may leave a request unread: one with a plugin's state is more than a pipe holds."""
_BOOT = Path(__file__).with_name("boot.py")
LOADER = f"{__package__}.loading"
"""The module that loads plugins, by name: tests have one of their own, whose plugins misbehave."""


class ChildGone(Exception):
    """The child ended by itself."""


class ChildSilent(Exception):
    """The child did not answer in time."""


class ChildRefused(Exception):
    """The child could not do what it was asked; the message is a predicate: "gave too few samples"."""


class Child:
    """One child process and the pipe to it; one thread's own at a time."""

    def __init__(self, loader: str = LOADER) -> None:
        ours, theirs = Pipe()
        handle = theirs.fileno()
        told = {"path": sys.path, "serving": f"{__package__}.serving", "handle": handle, "loader": loader}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_BOOT), json.dumps(told)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_inherited(handle),
            )  # fmt: skip
        _give_up_sending(ours)
        self._pipe: Connection[Request, Answer] = ours
        self._started = False

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended; one that has is reaped by asking."""
        return self._process.poll() is not None

    def ask(self, request: Request, deadline_s: float) -> Any:
        """What it answers; raises `ChildRefused`, or `ChildGone` or `ChildSilent`, after which it is of no more use."""
        if not self._started:
            self._started = True
            self._answer(START_S)
        try:
            self._pipe.send(request)
        except BlockingIOError:
            raise ChildSilent from None
        except OSError:
            raise ChildGone from None
        return self._answer(deadline_s)

    def _answer(self, deadline_s: float) -> Any:
        try:
            if not self._pipe.poll(deadline_s):
                raise ChildSilent
            answer = self._pipe.recv()
        except (EOFError, OSError):
            raise ChildGone from None
        if answer.refused:
            raise ChildRefused(answer.refused)
        return answer.value

    def kill(self) -> None:
        """End it, whatever it is at; waits for nothing."""
        self._process.kill()
        self._pipe.close()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]  # it was asked for

    def close(self) -> None:
        """End it, and wait until it has."""
        self.kill()
        self._process.wait()


def _give_up_sending(pipe: Connection[Any, Any]) -> None:
    """Have what is sent fail after a while; Windows knows no such thing for its pipes."""
    if sys.platform != "win32":
        with socket.socket(fileno=os.dup(pipe.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", SEND_S, 0))


def _inherited(handle: int) -> dict[str, Any]:
    """How the child comes by its end of the pipe; Ctrl-C in a terminal is its parent's to hear."""
    if sys.platform != "win32":
        return {"pass_fds": (handle,), "start_new_session": True}
    os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
    return {"startupinfo": startup, "creationflags": subprocess.CREATE_NO_WINDOW}
