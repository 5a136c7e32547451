"""A thousand requests by chance, sound ones and others: every one is answered, nothing breaks, nothing hangs,
and what is sent back is always the protocol's."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.adapter import REFUSED, REQUESTS, Adapter, shown
from bootstep.tui.dap.framing import framed
from bootstep.tui.dap.session import Session
from dap_schema import complaints, protocol

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3.5, 1 << 31, 1 << 63, 1 << 90, -(1 << 70)),
    *(
        "",
        "x",
        "1",
        "memblock_reserve",
        "paging_init:return",
        "size > 1M",
        "{size}",
        "max_pfn",
        "\0",
        "\ud800",
    ),
    *("x" * 5000, "../../etc/passwd", "virt-512m", "repl", "watch", "\x1b[31m", "›", "memblock.reserved"),
    *("break * if size", "goto -5", "until log:", "dprintf x", "x 0", "info", "help", "/tmp", "0x40000000"),
    *([], {}, [1], [None], [{}], {"a": []}, [[[[]]]]),
)


def names_of(command: str) -> list[str]:
    """The arguments that the protocol knows of a request."""
    definitions = protocol()["definitions"]
    own = definitions.get(f"{command[:1].upper()}{command[1:]}Arguments", {})
    return [*own.get("properties", {})]


class Chance:
    """Messages by chance; `session` lends numbers that mean something."""

    def __init__(self, seed: int, session: Session) -> None:
        self.random = Random(seed)
        self.session = session
        self.commands = sorted({*REQUESTS, *REFUSED} - {"disconnect", "terminate"})

    def message(self, number: int) -> Any:
        """One message: mostly a request, with arguments that are sound, odd or missing."""
        random = self.random
        if random.random() < 0.05:
            return random.choice(ODD)
        command = random.choice(self.commands)
        message: dict[str, Any] = {"seq": number, "type": "request", "command": command}
        if random.random() < 0.9:
            message["arguments"] = self._arguments(command)
        if random.random() < 0.05:
            message[random.choice(("seq", "type", "command", "arguments"))] = random.choice(ODD)
        return message

    def _arguments(self, command: str) -> Any:
        random = self.random
        if random.random() < 0.05:
            return random.choice(ODD)
        found = {name: self._value(name) for name in names_of(command)}
        for name in [*found]:
            if random.random() < 0.15:
                del found[name]
        if command in ("launch", "attach", "restart"):
            found = {"machine": "virt-512m", "at": random.choice(("", "paging_init", "end", "nowhere"))}
        return found

    def _value(self, name: str) -> Any:
        random = self.random
        if random.random() < 0.15:
            return random.choice(ODD)
        boot = self.session.boot
        frames = boot.stack(0, 0) if boot is not None else [{"id": 1, "source": {"name": "x"}, "line": 1}]
        frame = random.choice(frames)
        match name:
            case "threadId":
                return 1
            case "frameId":
                return frame["id"]
            case "source":
                return frame.get("source", {})
            case "line" | "endLine" | "column":
                return random.randrange(300)
            case "variablesReference":
                return random.randrange(1, 400)
            case "start" | "count" | "levels" | "startFrame" | "targetId":
                return random.randrange(3000)
            case "breakpoints":
                return [self._breakpoint(frame) for _ in range(random.randrange(4))]
            case "filters":
                return random.sample(["panic", "err", "warning"], 2)
            case "expression" | "text" | "name":
                return random.choice([each for each in ODD if isinstance(each, str)])
            case "context":
                return random.choice(("repl", "watch", "hover", "odd"))
            case _:
                return random.choice(ODD)

    def _breakpoint(self, frame: dict[str, Any]) -> dict[str, Any]:
        random = self.random
        found: dict[str, Any] = {
            "line": frame["line"] + random.randrange(-3, 4),
            "name": random.choice(
                ("memblock_reserve", "paging_init", "memblock_*", "op:alloc", "log:mem", "")
            ),
            "dataId": random.choice(("max_pfn", "memblock.reserved", "0x48000000,0x1000", "nothing")),
        }
        if random.random() < 0.3:
            found["condition"] = random.choice(
                ("size > 64K", "size", "nonsense >", "1 / 0", "overlaps(0, 1G)")
            )
        if random.random() < 0.2:
            found["hitCondition"] = random.choice(("2", "% 3", ">= 4", "often"))
        if random.random() < 0.2:
            found["logMessage"] = random.choice(("{function}", "{", "at {event}"))
        return found


def converse(seed: int, count: int) -> dict[str, int]:
    """Send messages by chance; returns how many were answered well, and how many not, by command."""
    session = Session(open_source)
    adapter, chance = Adapter(session), Chance(seed, session)
    told = {"good": 0, "bad": 0}
    hello = {"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "bootstep"}}
    start = {"seq": 2, "type": "request", "command": "launch", "arguments": {"machine": "virt-512m"}}
    last = 0
    for number in range(1, count + 1):
        message = {1: hello, 2: start}.get(number) or chance.message(number)
        answers = [*adapter.answer(message)]
        is_asked = not (isinstance(message, dict) and message.get("type") in ("response", "event"))
        assert [each["type"] for each in answers[:1]] == ["response"] * is_asked, message
        assert all(each["type"] == "event" for each in answers[1:])
        for answer in answers:
            last += 1
            assert answer["seq"] == last
            assert not complaints(answer)
            assert framed(answer)
            assert b"\\u001b" not in framed(answer)
        if is_asked:
            told["good" if answers[0]["success"] else "bad"] += 1
            assert answers[0]["success"] or answers[0]["message"]
        if not session.client.is_launched:  # the console has a command that ends a session
            response, *_ = adapter.answer(start | {"seq": number})
            assert response["success"]
            last = adapter._sent
    return told


def test_a_thousand_requests_by_chance_are_all_answered() -> None:
    told = converse(1, 1000)
    assert told["good"] > 200
    assert told["bad"] > 200


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_more_requests_by_chance_are_all_answered(seed: int) -> None:
    assert converse(seed, 1000)["good"] > 200


@pytest.fixture
def adapter() -> Adapter:
    return Adapter(Session(open_source))


def ask(adapter: Adapter, command: str, arguments: Any = None) -> dict[str, Any]:
    message = {"seq": 7, "type": "request", "command": command, "arguments": arguments}
    return next(adapter.answer(message))


@pytest.mark.parametrize("command", sorted(REFUSED))
def test_what_cannot_be_is_refused_in_one_sentence(adapter: Adapter, command: str) -> None:
    answer = ask(adapter, command, {"anything": 1})
    assert not answer["success"]
    assert answer["request_seq"] == 7
    assert "\n" not in answer["message"] and not answer["message"].endswith(".")


def test_every_request_of_the_protocol_is_known(adapter: Adapter) -> None:
    definitions = protocol()["definitions"]
    commands = {
        name
        for kind, each in definitions.items()
        if kind.endswith("Request") and kind != "Request"
        for part in each["allOf"]
        for name in part.get("properties", {}).get("command", {}).get("enum", ())
    }
    assert len(commands) > 40
    assert commands <= {*REQUESTS, *REFUSED}


def test_a_mistake_of_our_own_is_told_and_the_next_request_answered() -> None:
    def fail(asked: object) -> Any:
        raise ZeroDivisionError("by nobody")

    adapter = Adapter(Session(fail, lambda error, doing: f"{doing} failed: {error}"))
    ask(adapter, "initialize", {"adapterID": "x"})
    assert ask(adapter, "launch", {})["message"] == "the request launch failed: by nobody"
    assert ask(adapter, "threads")["success"]


def test_an_unknown_request_is_told(adapter: Adapter) -> None:
    answer = ask(adapter, "frobnicate")
    assert answer["message"] == "there is no request 'frobnicate' here"
    assert len(ask(adapter, "x" * 10**5)["message"]) < 1000


@pytest.mark.parametrize(
    "message",
    [None, 3, "x", [], {}, {"type": "request"}, {"type": 5, "seq": 1}, {"type": "request", "seq": "1"}],
)
def test_what_is_no_request_is_answered_too(adapter: Adapter, message: Any) -> None:
    (answer,) = adapter.answer(message)
    assert not answer["success"]
    assert not complaints(answer)


def test_answers_of_the_client_are_not_answered(adapter: Adapter) -> None:
    assert [*adapter.answer({"seq": 1, "type": "response", "request_seq": 3})] == []


def test_capabilities_are_the_protocols_and_honest(adapter: Adapter) -> None:
    capabilities = ask(adapter, "initialize", {"adapterID": "x"})["body"]
    known = protocol()["definitions"]["Capabilities"]["properties"]
    assert set(capabilities) <= {*known, "supportsANSIStyling", "supportsDataBreakpointBytes"}  # newer
    requests = {"supportsStepBack": "stepBack", "supportsCompletionsRequest": "completions"}
    assert all(capabilities[name] and command in REQUESTS for name, command in requests.items())
    refused = {"supportsSetVariable": "setVariable", "supportsReadMemoryRequest": "readMemory"}
    assert not any(capabilities[name] or command in REQUESTS for name, command in refused.items())


def test_nothing_that_a_terminal_obeys_is_sent() -> None:
    assert shown({"a": ["\x1b[1m", "ü"], "line": 3}, -1) == {"a": ["\\x1b[1m", "ü"], "line": 2}
