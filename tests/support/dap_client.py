"""An editor for tests: the client library dap-python makes its requests and reads the answers, dap-types has
the type of each, and every message in both directions is held against the protocol's schema."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread
from typing import Any

import dap_types
from dap import Client
from dap_schema import complaints, definition_of

READ = frozenset(("initialize", "threads", "stackTrace", "scopes", "variables", "evaluate", "completions"))
"""Responses that dap-python 0.5 reads as the protocol has them.  In others it looks for the whole response
in their body; dap-types reads all."""
PROGRAM = "import sys; from bootstep.tui.cli.main import main; sys.exit(main())"


class EditorGone(Exception):
    """The adapter has closed the connection."""


class DapEditor(AbstractContextManager["DapEditor"]):
    """A client that sends one request after the other and keeps all that comes.

    `request` returns the body of the response.  What does not fit the types of the libraries is an error.
    """

    def __init__(
        self, send: Callable[[bytes], None], receive: Callable[[], bytes], close: Callable[[], None]
    ) -> None:
        self._send, self._receive, self._close = send, receive, close
        self.client = Client("bootstep", lines_start_at1=True, columns_start_at1=True, path_format="path")
        self.events: list[dict[str, Any]] = []
        self.responses: dict[int, dict[str, Any]] = {}
        self.checked = 0
        self._bytes = b""
        self._last = self.client._seq - 1  # the library asks to initialize by itself

    def __exit__(self, *_: object) -> None:
        self._close()

    # ---- one request ----

    def initialize(self) -> dict[str, Any]:
        """The request that the library has made at the beginning."""
        return self._answered(self._last)

    def request(self, name: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Call a method of the library, which makes a request; its response has to be good."""
        response = self._answered(getattr(self.client, name)(*arguments, **named))
        assert response["success"], response
        return response.get("body", {})

    def raw(self, command: str, arguments: Any = None, agreed: bool = True) -> dict[str, Any]:
        """The response to a request that the library has no method for; one that is not `agreed` may be wrong
        in the eyes of the schema."""
        return self._answered(self.client.send_request(command, arguments), agreed)

    def _answered(self, number: int, agreed: bool = True) -> dict[str, Any]:
        data = bytes(self.client.send())
        for message in _messages(data)[0] if agreed else ():
            _agree(message)
            self.checked += 1
        self._send(data)
        while number not in self.responses:
            self.take()
        return self.responses[number]

    # ---- what comes ----

    def take(self) -> None:
        """Take what comes next.  Raises `EditorGone`."""
        data = self._receive()
        if not data:
            raise EditorGone
        messages, self._bytes = _messages(self._bytes + data)
        for message in messages:
            self._check(message)
            if message["type"] == "response":
                self.responses[message["request_seq"]] = message
            else:
                self.events.append(message)

    def _check(self, message: dict[str, Any]) -> None:
        """Whether a message is what the protocol has, in the eyes of its schema and of both libraries."""
        _agree(message)
        kind = getattr(dap_types, definition_of(message))
        kind.model_validate(message)
        if message.get("success") and message["command"] in READ:
            body = json.dumps(message).encode()
            assert len([*self.client.receive(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))]) == 1
        self.checked += 1

    def until(self, event: str) -> dict[str, Any]:
        """The next event of a name, and forget those before it."""
        while True:
            for at, message in enumerate(self.events):
                if message["event"] == event:
                    del self.events[: at + 1]
                    return message.get("body", {})
            self.take()


def _agree(message: dict[str, Any]) -> None:
    """Raises AssertionError if the schema has something against a message."""
    if wrong := complaints(message):
        raise AssertionError("\n".join(wrong))


def _messages(data: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """The whole messages at the beginning of some bytes, and what follows."""
    found: list[dict[str, Any]] = []
    while b"\r\n\r\n" in data:
        header, rest = data.split(b"\r\n\r\n", 1)
        length = int(header.split(b":")[1])
        if len(rest) < length:
            break
        found.append(json.loads(rest[:length]))
        data = rest[length:]
    return found, data


def started(*words: str) -> DapEditor:
    """An editor that has started ``bootstep dap`` and speaks to it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "dap", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None and stdout is not None

    def send(data: bytes) -> None:
        stdin.write(data)
        stdin.flush()

    def close() -> None:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
        assert b"Traceback" not in said

    return DapEditor(send, lambda: os.read(stdout.fileno(), 1 << 16), close)


def inside(session: Any) -> DapEditor:
    """An editor that speaks to a session in this process."""
    from bootstep.tui.dap.adapter import Adapter
    from bootstep.tui.dap.connection import Connection

    mine, its = socket.socketpair()
    session.new_client()

    def serve() -> None:
        with its:
            Connection(Adapter(session), lambda: its.recv(1 << 16), its.sendall).serve()

    thread = Thread(target=serve, daemon=True)
    thread.start()

    def close() -> None:
        mine.close()
        thread.join(60)
        assert not thread.is_alive()

    return DapEditor(mine.sendall, lambda: mine.recv(1 << 16), close)


def connected(port: int) -> DapEditor:
    """An editor that speaks to a port of this computer."""
    client = socket.create_connection(("127.0.0.1", port))
    return DapEditor(client.sendall, lambda: client.recv(1 << 16), client.close)
