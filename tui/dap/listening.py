"""Where clients come from: standard input, or a port of this computer that nobody else can reach."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, cast

from ...model.base.errors import InputError
from .adapter import Adapter
from .connection import Connection
from .framing import MessageReader, framed
from .session import Session

LOOPBACK = "127.0.0.1"
PIECE = 1 << 16
PATIENCE = 5.0
"""Seconds that a second client has for its first request, to be told that there is a first one."""


def serve_descriptors(session: Session, source: int, sink: int) -> None:
    """Serve the one client behind two file descriptors."""

    def send(data: bytes) -> None:
        while data:
            data = data[os.write(sink, data) :]

    # A buffered stream would keep its lock when the program ends while the reader waits.
    Connection(Adapter(session), lambda: os.read(source, PIECE), send).serve()


class Listener:
    """Serves clients on a port, one after the other; each finds what the one before it left."""

    def __init__(self, session: Session, port: int) -> None:
        """Raises `InputError` if the port cannot be had; 0 is any that is free."""
        self.session = session
        self._lock = Lock()
        try:
            self._socket = socket.create_server((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "it cannot be listened at"
            raise InputError(f"--port {port}: {reason[:1].lower()}{reason[1:]}") from None

    @property
    def port(self) -> int:
        """The port."""
        return self._socket.getsockname()[1]

    def serve(self) -> None:
        """Take clients until `close`."""
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._serve_one, args=(client,), daemon=True, name="dap client").start()

    def close(self) -> None:
        """Take no more clients."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve_one(self, client: socket.socket) -> None:
        with client:
            if not self._lock.acquire(blocking=False):
                _turn_away(client)
                return
            try:
                self.session.new_client()
                Connection(Adapter(self.session), lambda: client.recv(PIECE), client.sendall).serve()
            finally:
                self._lock.release()
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)


def _turn_away(client: socket.socket) -> None:
    """Answer a second client's first request, and no more."""
    client.settimeout(PATIENCE)
    with suppress(OSError):
        message = MessageReader(lambda: client.recv(PIECE)).read()
        fields = cast("dict[str, Any]", message) if isinstance(message, dict) else {}
        number, command = fields.get("seq"), fields.get("command")
        answer: dict[str, Any] = {
            "seq": 1,
            "type": "response",
            "request_seq": number if type(number) is int else 0,
            "success": False,
            "command": command if isinstance(command, str) else "",
            "message": "another client looks at this boot: it has to disconnect first",
            "body": {},
        }
        client.sendall(framed(answer))
