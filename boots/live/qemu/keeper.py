"""Keeps a program alive no longer than whoever asked for it.

This is run as a program of its own: ``keeper.py SOCKET DIRECTORY PROGRAM WORD…``.  PROGRAM gets a group of
its own and nothing to read.  Over the socket (the number of a file) is said how it fares, a line each:
``pid 123``, ``error 2`` (errno: it cannot be run), ``exit 1`` or ``signal 9``.  When the other end of the
socket closes, which the system sees to however the process ended that held it, PROGRAM is ended with its
whole group, and on Linux also with what left the group; then DIRECTORY is removed.  On Linux PROGRAM does not
outlive this keeper either; macOS has nothing for that, so there somebody who kills the keeper itself
(``kill -9``) leaves PROGRAM alone.  It uses the standard library alone, and little of it: it is there in a
few hundredths of a second.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress

GRACE = 1.5
"""Seconds that a program has to end by itself when it is told to."""
LINUX = sys.platform == "linux"
SET_PDEATHSIG, SET_CHILD_SUBREAPER = 1, 36
"""What prctl(2) calls them."""
ROUNDS = 100
"""How often it is looked for what left the group: it may start others meanwhile."""
TELLING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _nothing(number: int, frame: object) -> None:
    """A signal that only wakes."""


class Alarm:
    """What wakes a keeper: a child that ended, a signal that tells it to end."""

    def __init__(self) -> None:
        self.told_to_end = False
        self.wakes, writes = os.pipe()
        os.set_blocking(writes, False)
        signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        for number in TELLING:
            signal.signal(number, self._told)

    def _told(self, number: int, frame: object) -> None:
        self.told_to_end = True

    def wait(self, files: list[int], seconds: float | None = None) -> list[int]:
        """Until one of the files has something to read, or for so long, or until woken; returns those
        files."""
        ready = select.select([*files, self.wakes], [], [], seconds)[0]
        if self.wakes in ready:
            os.read(self.wakes, 4096)
        return [file for file in ready if file != self.wakes]


def control(operation: int, value: int) -> None:
    """prctl(2), where there is one."""
    if LINUX:
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(operation, value, 0, 0, 0)


def started(words: list[str]) -> int:
    """Run a program; returns its process id.  Raises `OSError`: it cannot be run."""
    reads, writes = os.pipe()
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _become(words, keeper)
        except OSError as error:
            os.write(writes, str(error.errno).encode())
        finally:
            os._exit(127)
    os.close(writes)
    failed = os.read(reads, 16)
    os.close(reads)
    if failed:
        os.waitpid(pid, 0)
        raise OSError(int(failed), "")
    return pid


def _become(words: list[str], keeper: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (*TELLING, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    control(SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        return
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.execvp(words[0], words)


class Kept:
    """A program that was started; `ended` is ``exit 1`` or ``signal 9``, "" as long as it runs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended = ""

    def look(self) -> str:
        """How it ended, if it has."""
        if not self.ended:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            code = os.waitstatus_to_exitcode(status) if pid else 0
            self.ended = (f"signal {-code}" if code < 0 else f"exit {code}") if pid else ""
        return self.ended

    def end(self, alarm: Alarm) -> None:
        """End it and its group: told first, then made to."""
        if not self.look():
            _signal_group(self.pid, signal.SIGTERM)
            until = time.monotonic() + GRACE
            while not self.look() and (left := until - time.monotonic()) > 0:
                alarm.wait([], left)
        _signal_group(self.pid, signal.SIGKILL)
        if not self.ended:
            os.waitpid(self.pid, 0)
        _end_strays()


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _end_strays() -> None:
    """What left the group and has lost its parent has become ours."""
    for _ in range(ROUNDS if LINUX else 0):
        with suppress(OSError):
            for child in _children():
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    me = os.getpid()
    with open(f"/proc/{me}/task/{me}/children") as file:  # noqa: PTH123 - pathlib takes as long as the rest
        return [int(word) for word in file.read().split()]


def keep(link: int, words: list[str]) -> None:
    """Run a program until it ends, or the other end of the link closes."""
    alarm = Alarm()
    control(SET_CHILD_SUBREAPER, 1)
    try:
        kept = Kept(started(words))
    except OSError as error:
        _say(link, f"error {error.errno}")
        return
    _say(link, f"pid {kept.pid}")
    while not kept.look() and not alarm.told_to_end:
        if alarm.wait([link]):
            break  # nobody ever writes there: it was closed
    by_itself = kept.ended
    kept.end(alarm)
    _say(link, by_itself or "signal 15")


def _say(link: int, line: str) -> None:
    with suppress(OSError):
        os.write(link, f"{line}\n".encode())


def _remove(directory: str) -> None:
    with suppress(OSError):
        for name in os.listdir(directory):  # noqa: PTH208 - as above
            os.unlink(os.path.join(directory, name))  # noqa: PTH108, PTH118
        os.rmdir(directory)  # noqa: PTH106


def main(words: list[str]) -> None:
    """The program."""
    link, directory, *program = words
    os.set_inheritable(int(link), False)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        keep(int(link), program)
    finally:
        _remove(directory)


if __name__ == "__main__":
    main(sys.argv[1:])
