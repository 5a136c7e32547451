"""QEMU as a process of ours: started so that it stands and listens on a private socket, ended with its whole
group whatever happens to us (see keeper.py)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from stat import S_ISSOCK
from tempfile import mkdtemp
from types import TracebackType

from ....model.base.errors import InputError
from ....model.base.units import one_line
from ....model.language.words import tr
from ..options import Stub
from .command import QemuCommand
from .output import Output

PATIENCE = 15.0
"""Seconds that it has until it listens."""
LOOK_EVERY = 0.02
ENDING = 5.0
"""Seconds after which its keeper is not waited for any more."""
LONGEST_PATH = 100
"""Letters of a unix socket's path: the shortest limit of all systems is 104."""


def _never() -> bool:
    return False


class Qemu:
    """A QEMU that was started.  Raises `InputError` if it cannot be.  Close it, or use it in ``with``."""

    def __init__(self, command: QemuCommand) -> None:
        self.command = command
        self._directory = _private_directory()
        path = str(self._directory / "gdb")
        self.stub = command.own_stub or Stub(path)
        """Where it listens."""
        self._says = ""
        """What the keeper says, as far as no whole line of it came."""
        self._ended = ""
        self._link, theirs = socket.socketpair()
        try:
            with theirs:
                self._keeper = self._start(command.stopped(path), theirs)
        except BaseException:
            self._link.close()
            rmtree(self._directory, ignore_errors=True)
            raise
        assert self._keeper.stdout is not None
        self.output = Output(self._keeper.stdout.fileno())
        try:
            self.pid = self._begun()
        except BaseException:
            self.close()
            raise

    def _start(self, words: list[str], theirs: socket.socket) -> subprocess.Popen[bytes]:
        keeper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
        try:
            return subprocess.Popen(
                [*keeper, str(theirs.fileno()), str(self._directory), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(_cannot_run(self.command.program, error.errno or 0)) from None

    def _begun(self) -> int:
        """The process id.  Raises `InputError`: it cannot be run."""
        word, number = self._line(PATIENCE)
        if word == "error":
            raise InputError(_cannot_run(self.command.program, number))
        if word != "pid":
            raise InputError(tr("{program} cannot be run", program=one_line(self.command.program)))
        self._link.setblocking(False)
        return number

    def _line(self, seconds: float) -> tuple[str, int]:
        """What the keeper says next; "" if nothing comes."""
        self._link.settimeout(seconds)
        with suppress(OSError):
            while "\n" not in self._says and (data := self._link.recv(64)):
                self._says += data.decode("ascii", "replace")
        line, _, self._says = self._says.partition("\n")
        word, _, number = line.partition(" ")
        return word, int(number) if number.isdigit() else 0

    def ended(self) -> str:
        """How it ended, as in "exited with status 1"; "" as long as it runs."""
        if not self._ended:
            with suppress(BlockingIOError, OSError):
                data = self._link.recv(64)
                self._says += data.decode("ascii", "replace")
                if not data and "\n" not in self._says:
                    self._says += "signal 9\n"  # the keeper is gone, and with it what it kept
            if "\n" in self._says:
                self._ended = _ended_words(self._says)
        return self._ended

    def last_words(self, patience: float = 0) -> str:
        """How it ended and the last line that it printed, in a sentence; "" if it runs on for the next
        `patience` seconds too."""
        until = time.monotonic() + patience
        while not (how := self.ended()):
            if time.monotonic() >= until:
                return ""
            time.sleep(LOOK_EVERY)
        self.output.ended(1.0)
        program = one_line(self.command.program)
        line = self.output.last_line(Path(program).name)
        if not line:
            return tr("{program} {how} and printed nothing", program=program, how=how)
        return tr("{program} {how}; its last line: {line}", program=program, how=how, line=line)

    def listening(self, cancelled: Callable[[], bool] = _never, seconds: float = PATIENCE) -> Stub:
        """Where it listens, once it does, or it was cancelled.  Raises `InputError`: it ended before, or
        takes longer than so many seconds."""
        until = time.monotonic() + seconds
        while not cancelled():
            if self.ended():
                raise InputError(self.last_words())
            if _is_listening(self.stub):
                break
            if time.monotonic() > until:
                raise InputError(
                    tr(
                        "{program} does not listen for a debugger after {seconds:.0f} seconds: is it QEMU, "
                        "and does it take -gdb?",
                        program=one_line(self.command.program),
                        seconds=seconds,
                    )
                )
            time.sleep(LOOK_EVERY)
        return self.stub

    def close(self) -> None:
        """End it, its group, and what it left on disk.  May be called again."""
        self._link.close()
        try:
            self._keeper.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._keeper.kill()  # on Linux what it keeps ends with it
            self._keeper.wait()
        if self.output.ended(1.0) and self._keeper.stdout is not None:
            self._keeper.stdout.close()
        rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Qemu:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _private_directory() -> Path:
    """A directory that is ours alone, with a path that a socket in it may have."""
    found = Path(mkdtemp(prefix="bootstep-"))
    if len(os.fsencode(found)) < LONGEST_PATH:
        return found
    found.rmdir()
    return Path(mkdtemp(prefix="bootstep-", dir="/tmp"))


def _is_listening(stub: Stub) -> bool:
    """Whether somebody listens there.  Only at a port that takes a connection, which is closed again: a stub
    bears that as long as its kernel stands."""
    try:
        if stub.path:
            return S_ISSOCK(Path(stub.path).stat().st_mode)
        socket.create_connection((stub.host, stub.port), LOOK_EVERY).close()
        return True
    except OSError:
        return False


def _cannot_run(program: str, number: int) -> str:
    if number == 2:
        return tr("{program}: there is no such program", program=one_line(program))
    reason = os.strerror(number).lower()
    return tr("{program} cannot be run: {reason}", program=one_line(program), reason=reason)


def _ended_words(line: str) -> str:
    word, _, number = line.partition("\n")[0].partition(" ")
    if word == "exit":
        return tr("exited with status {number}", number=number)
    return tr("was ended by signal {number}", number=number)
