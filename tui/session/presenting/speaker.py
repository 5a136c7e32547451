"""The presenter's end of the line: tells everybody who follows where one is.

Each follower has a thread, which sends the newest notes as soon as it can: one that is slow misses some, one
that sends rubbish or is gone is forgotten, and the presenter waits for none.
"""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread, current_thread
from time import monotonic

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.language.words import tr
from . import meeting
from .notes import VERSION, End, Follow, Hello, LineReader, NoMessageError, Notes, Refused, asked, encoded

MOST_FOLLOWERS = 16
LONGEST_GREETING = 1000
"""Bytes of what a follower says."""
PATIENCE = 5.0
"""Seconds that a follower has to say it, or to take a message."""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether a follower is still there."""
PARTING = 0.5
"""Seconds that the end may take to be told."""


class Speaker:
    """Listens from when it is made, in the first of some directories that is one's own alone.  Raises
    `InputError` if none is."""

    def __init__(self, directories: list[Path]) -> None:
        self.hello = Hello(VERSION, "")
        self._new = Condition()
        self._notes = Notes()
        self._told_at = monotonic()
        self._number = 0
        self._is_over = False
        self._threads: list[Thread] = []
        self.directory, self._descriptor = _first(directories)
        try:
            self._listen()
        except OSError as error:
            os.close(self._descriptor)
            reason = error.strerror or str(error)
            raise InputError(f"{self.directory}: {reason[:1].lower()}{reason[1:]}") from None
        Thread(target=self._serve, daemon=True, name="follow").start()

    def _listen(self) -> None:
        self._forget_the_dead()
        taken = set(meeting.names(self._descriptor))
        names = (f"present-{os.getpid()}{end}.sock" for end in ("", *(f"-{n}" for n in range(1, 1000))))
        self.name = next(name for name in names if name not in taken)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.bind(meeting.address(self.directory, self._descriptor, self.name))
            os.chmod(self.name, 0o600, dir_fd=self._descriptor)
            self._socket.listen(MOST_FOLLOWERS)
        except OSError:
            self._socket.close()
            raise

    def _forget_the_dead(self) -> None:
        """Take away the sockets of presenters that went without a word."""
        for name in meeting.names(self._descriptor):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.settimeout(PARTING)
                try:
                    probe.connect(meeting.address(self.directory, self._descriptor, name))
                except ConnectionRefusedError:
                    with suppress(OSError):
                        os.unlink(name, dir_fd=self._descriptor)
                except OSError:
                    continue

    # ---- what the presenter does ----

    def tell(self, notes: Notes) -> None:
        """Tell everybody, without waiting for anybody."""
        with self._new:
            self.hello = Hello(VERSION, notes.machine, notes.tour)
            self._notes, self._told_at = notes, monotonic()
            self._number += 1
            self._new.notify_all()

    def close(self) -> None:
        """The presentation has ended: say so, and listen no more."""
        with self._new:
            if self._is_over:
                return
            self._is_over = True
            self._new.notify_all()
            threads = list(self._threads)
        with suppress(OSError):
            os.unlink(self.name, dir_fd=self._descriptor)
        os.close(self._descriptor)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in threads:
            thread.join(PARTING / len(threads))

    @property
    def followers(self) -> int:
        """How many follow."""
        return len(self._threads)

    # ---- threads ----

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            thread = Thread(target=self._serve_one, args=(client,), daemon=True, name="follower")
            with self._new:
                is_full = len(self._threads) >= MOST_FOLLOWERS
                if not is_full:
                    # Whoever closes meanwhile waits for those in the list: they have begun.
                    thread.start()
                    self._threads.append(thread)
            if is_full:
                client.close()

    def _serve_one(self, client: socket.socket) -> None:
        try:
            with client, suppress(OSError):
                client.settimeout(PATIENCE)
                if meeting.is_own(client):
                    refusal = self._refusal(client)
                    if refusal:
                        client.sendall(encoded(Refused(refusal)))
                    else:
                        self._tell_on(client)
        finally:
            with self._new:
                self._threads.remove(current_thread())

    def _refusal(self, client: socket.socket) -> str:
        """Why this is nobody who follows; nothing: it is."""
        try:
            line = LineReader(lambda: client.recv(LONGEST_GREETING), LONGEST_GREETING).line()
            said = asked(line) if line is not None else None
        except NoMessageError:
            said = None
        if not isinstance(said, Follow):
            return tr("expected one line that asks to follow")
        if said.version != VERSION:
            return tr(
                "this presenter speaks version {version} of the protocol, not {other}",
                version=VERSION,
                other=said.version,
            )
        return ""

    def _tell_on(self, client: socket.socket) -> None:
        client.sendall(encoded(self.hello))
        seen = 0
        while True:
            with self._new:
                self._new.wait_for(lambda seen=seen: self._is_over or self._number != seen, LOOK_EVERY)
                notes, is_over, is_new = self._notes, self._is_over, self._number != seen
                elapsed = notes.elapsed + monotonic() - self._told_at
                seen = self._number
            if is_over:
                client.sendall(encoded(End()))
                return
            if is_new:
                client.sendall(encoded(replace(notes, elapsed=elapsed)))
            # A follower has nothing more to say: one that does is none, or is gone.
            if select.select([client], [], [], 0)[0]:
                return


def _first(directories: list[Path]) -> tuple[Path, int]:
    """The first directory that can be used, and a descriptor of it."""
    complaint = InputError(tr("there is no directory to meet in"))
    for directory in directories:
        try:
            return directory, meeting.made(directory)
        except InputError as error:
            complaint = error
    raise complaint
