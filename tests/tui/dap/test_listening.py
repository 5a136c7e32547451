"""Where clients come from: one after the other, this computer only, and whatever they send.

Covers connection.py.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from random import Random
from threading import Thread
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from bootstep.model.trace.events import Trace
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.arguments import LaunchArguments
from bootstep.tui.dap.framing import framed
from bootstep.tui.dap.listening import Listener, serve_descriptors
from bootstep.tui.dap.session import Session
from dap_client import DapEditor, EditorGone, connected, inside


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener(Session(open_source), 0)
    thread = Thread(target=listener.serve, daemon=True)
    thread.start()
    yield listener
    listener.close()
    thread.join(60)
    assert not thread.is_alive()


def launched(port: int) -> DapEditor:
    editor = connected(port)
    editor.initialize()
    assert editor.raw("launch", {"machine": "virt-512m"})["success"]
    editor.request("configuration_done")
    return editor


def test_only_this_computer_is_listened_to(listener: Listener) -> None:
    assert listener._socket.getsockname()[0] == "127.0.0.1"


def test_a_client_that_just_goes_loses_nothing(listener: Listener) -> None:
    with launched(listener.port) as editor:
        editor.request("set_function_breakpoints", [{"name": "paging_init"}])
        editor.until("stopped")
        editor.request("continue_", 1)
        editor.until("stopped")
    while True:
        with connected(listener.port) as editor:
            response = editor.initialize()
            if not response["success"]:  # the first one's end has not been seen yet
                continue
            assert editor.raw("attach", {"name": "again"})["success"]
            assert editor.until("breakpoint")["breakpoint"]["verified"]
            editor.request("configuration_done")
            assert editor.until("stopped")["description"] == "at paging_init"
            editor.request("disconnect")
            editor.until("exited")
            with pytest.raises(EditorGone):
                editor.take()
            break


def test_a_second_client_is_told_of_the_first(listener: Listener) -> None:
    with launched(listener.port), connected(listener.port) as second:
        response = second.initialize()
        assert not response["success"]
        assert "another client" in response["message"]


def test_a_port_that_is_taken_is_told(listener: Listener) -> None:
    with pytest.raises(InputError, match=f"--port {listener.port}: "):
        Listener(Session(open_source), listener.port)


def test_a_browser_is_sent_away(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as browser:
        body = framed({"seq": 1, "type": "request", "command": "initialize", "arguments": {}})
        browser.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n" + body)
        answer = b""
        while piece := browser.recv(1 << 16):
            answer += piece
    assert b'"success":false' in answer
    assert b'"initialized"' not in answer


def exchanged(data: bytes) -> bytes:
    """What comes back on descriptors for some bytes and their end."""
    here, source = os.pipe()
    back, sink = os.pipe()
    answer: list[bytes] = []

    def read() -> None:
        while piece := os.read(back, 1 << 16):
            answer.append(piece)

    def write() -> None:
        with os.fdopen(source, "wb") as stream:
            stream.write(data)

    threads = [Thread(target=each, daemon=True) for each in (read, write)]
    for thread in threads:
        thread.start()
    serve_descriptors(Session(open_source), here, sink)
    os.close(sink)
    for thread in threads:
        thread.join(60)
    os.close(here)
    os.close(back)
    return b"".join(answer)


def test_a_whole_conversation_may_be_piped_in() -> None:
    requests: list[dict[str, Any]] = [
        {"command": "initialize", "arguments": {"adapterID": "bootstep"}},
        {"command": "launch", "arguments": {"machine": "virt-512m"}},
        {"command": "configurationDone"},
        {"command": "stackTrace", "arguments": {"threadId": 1}},
        {"command": "disconnect"},
    ]
    data = b"".join(framed({"seq": at, "type": "request", **each}) for at, each in enumerate(requests, 1))
    answer = exchanged(data)
    assert answer.count(b'"success":true') == len(requests)
    assert answer.count(b'"event":"stopped"') == 1


def test_nonsense_is_answered_and_the_end_is_the_end() -> None:
    answer = exchanged(b"nonsense\r\n" + framed({"hello": "world"}) + framed([]))  # type: ignore[arg-type]
    assert answer.count(b'"success":false') == 3


NONSENSE = (
    b"nonsense\r\n",
    b"Content-Length: many\r\n\r\n",
    b"Content-Length: 99999999999\r\n\r\n{}",
    b"Content-Type: x\r\n\r\n",
    b"Content-Length: 7\r\n\r\n{nope!}",
    b"Content-Length: 2\r\n\r\n[]",
    b'Content-Length: 4\r\n\r\n"\xff\xfe"',
    b"x" * 3000 + b"\r\n",
)


def test_every_request_between_nonsense_is_answered() -> None:
    random = Random(5)
    commands = ("threads", "stackTrace", "loadedSources", "frobnicate", "scopes", "evaluate")
    data = framed({"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "x"}})
    asked = [1]
    for number in range(2, 400):
        if random.random() < 0.4:
            data += random.choice(NONSENSE)
            continue
        asked.append(number)
        data += framed({"seq": number, "type": "request", "command": random.choice(commands)})
    answer = exchanged(data)
    answered = [int(number) for number in re.findall(rb'"request_seq":(\d+)', answer)]
    assert [number for number in answered if number] == asked
    assert answered.count(0) > 50


class EndlessSource:
    """A boot that is recorded for as long as somebody waits for it."""

    def __init__(self) -> None:
        self.facts = open_source(LaunchArguments(machine="virt-512m")).facts
        self.trace = Trace()

    def run(self, cancelled: Cancelled = never) -> None:
        while not cancelled():
            pass

    def outcome(self) -> Outcome:
        return Outcome()

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        return ()


def test_a_launch_that_takes_too_long_can_be_cancelled() -> None:
    session = Session(lambda asked: EndlessSource())
    with inside(session) as editor:
        editor.initialize()
        number = editor.client.send_request("launch", {"machine": "endless"})
        editor.client.send_request("cancel", {"requestId": number})
        response = editor._answered(number)
        assert not response["success"]
        assert response["message"] == "cancelled"
