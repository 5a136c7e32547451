"""Stubs that misbehave, each in one way, and what then comes of a debugger that speaks to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from bootstep.boots.remote.wire.packets import framed
from stub_line import HANG_UP, Manners

Wire = Iterable[bytes | float | object]


class Way(NamedTuple):
    """A way to misbehave: how the stub's `manners` are made (once for each stub), what else is given to
    `FakeStub`; a piece of the sentence that the debugger `says`, "" if it gets over it; whether it has to
    wait for that until its patience is over (`waits`)."""

    manners: Callable[[], Manners]
    says: str = ""
    waits: bool = False
    options: Mapping[str, Any] = {}


class Answering(Manners):
    """Other answers to requests that begin in a way; `times` is how often."""

    def __init__(
        self, beginning: bytes, change: Callable[[bytes], bytes | None], times: int = 1 << 30
    ) -> None:
        self.beginning = beginning
        self.change = change
        self.left = times

    def answer(self, request: bytes, answer: bytes | None) -> bytes | None:
        if answer is None or not request.startswith(self.beginning) or not self.left:
            return answer
        self.left -= 1
        return self.change(answer)


class Wiring(Manners):
    """Other bytes on the wire for the answers to requests that begin in a way; `times` is how often."""

    def __init__(self, beginning: bytes, change: Callable[[bytes], Wire], times: int = 1 << 30) -> None:
        self.beginning = beginning
        self.change = change
        self.left = times

    def wire(self, request: bytes, packet: bytes) -> Wire:
        if not request.startswith(self.beginning) or not self.left:
            return (packet,)
        self.left -= 1
        return self.change(packet)


class Refusing(Manners):
    """Says that requests that begin in a way came damaged, `times` times."""

    def __init__(self, beginning: bytes, times: int = 1 << 30) -> None:
        self.beginning = beginning
        self.left = times

    def ack(self, request: bytes) -> bytes:
        if not request.startswith(self.beginning) or not self.left:
            return b"+"
        self.left -= 1
        return b"-"


class Running(Manners):
    """More packets before the stop of a target that ran."""

    def __init__(self, *bodies: bytes) -> None:
        self.packets = [framed(body) for body in bodies]

    def wire(self, request: bytes, packet: bytes) -> Wire:
        return (*self.packets, packet) if request.startswith(b"vCont;") else (packet,)


class Particular(Manners):
    """As gdbserver: hangs up on who would have its target described and has not asked why that stands."""

    def __init__(self) -> None:
        self.asked = False

    def wire(self, request: bytes, packet: bytes) -> Wire:
        self.asked |= request == b"?"
        return (packet,) if self.asked or not request.startswith(b"qXfer") else (HANG_UP,)


class Strays(Manners):
    """Says again and again that the target stands."""

    def wire(self, request: bytes, packet: bytes) -> Wire:
        stray = framed(b"T05thread:01;")
        return (packet,) if request.startswith((b"vCont;", b"\x03", b"?")) else (stray, packet, stray)


def always(answer: bytes) -> Callable[[bytes], bytes]:
    return lambda _: answer


def half(answer: bytes) -> bytes:
    """Half of the bytes, at least one."""
    return answer if answer[:1] == b"E" else answer[: max(len(answer) // 4 * 2, 2)]


def damaged(packet: bytes) -> Wire:
    return (packet[:-2] + (b"00" if packet[-2:] != b"00" else b"01"),)


def raw(*pieces: bytes | float | object) -> Callable[[bytes], Wire]:
    return lambda _: pieces


def by_bytes(packet: bytes) -> Wire:
    return tuple(packet[at : at + 1] for at in range(len(packet)))


def dripping(packet: bytes) -> Wire:
    return (b"$", *(part for _ in range(200) for part in (b"0", 0.01)))


def document(name: str, text: str) -> Mapping[str, Any]:
    return {"documents": {name: text.encode()}}


def registers(*rows: str) -> Mapping[str, Any]:
    return document("core.xml", "<feature>" + "".join(f"<reg {row}/>" for row in rows) + "</feature>")


ACKS: Mapping[str, Any] = {"no_acks": False, "qemu": False}
PC = 'name="pc" bitsize="64" type="code_ptr"'
DAMAGED = "packets are damaged on their way"
SILENT = "the stub did not answer within"
ENDLESS = "a packet without end"
UNREADABLE = "a packet that cannot be read"
REGISTERS = "the stub answers nonsense to a question for registers"
MEMORY = "the stub answers nonsense to a question for memory"
NO_REGISTERS = "the stub does not say which registers there are"
DESCRIPTION = "the stub's description of the target cannot be used: "

WAYS: dict[str, Way] = {
    # On the wire
    "checksum-wrong-once": Way(lambda: Wiring(b"g", damaged, 1), options=ACKS),
    "checksum-wrong-of-a-stop": Way(lambda: Wiring(b"vCont;c", damaged, 2), options=ACKS),
    "checksum-wrong-for-ever": Way(lambda: Wiring(b"g", damaged), DAMAGED, options=ACKS),
    "checksum-wrong-without-acks": Way(lambda: Wiring(b"g", damaged, 1), DAMAGED),
    "checksum-wrong-among-many": Way(lambda: Wiring(b"m", damaged, 1), DAMAGED, options={"no_acks": False}),
    "checksum-no-number": Way(lambda: Wiring(b"g", raw(b"$00#zz"), 1), options=ACKS),
    "nak-once": Way(lambda: Refusing(b"g", 1), options=ACKS),
    "nak-of-a-run": Way(lambda: Refusing(b"vCont;c", 2), options=ACKS),
    "nak-among-many": Way(lambda: Refusing(b"m1000", 1), options={"no_acks": False}),
    "nak-for-ever": Way(lambda: Refusing(b"m"), DAMAGED, options=ACKS),
    "nak-of-all": Way(lambda: Refusing(b""), DAMAGED, options=ACKS),
    "no-answer-at-all": Way(lambda: Wiring(b"", raw()), SILENT, waits=True),
    "no-answer-to-memory": Way(lambda: Wiring(b"m", raw()), SILENT, waits=True),
    "no-answer-to-a-breakpoint": Way(lambda: Wiring(b"Z", raw()), SILENT, waits=True),
    "half-a-packet": Way(lambda: Wiring(b"g", raw(b"$0000")), SILENT, waits=True),
    "half-a-checksum": Way(lambda: Wiring(b"g", raw(b"$00#6")), SILENT, waits=True),
    "slower-than-patience": Way(lambda: Wiring(b"g", dripping), SILENT, waits=True),
    "single-bytes": Way(lambda: Wiring(b"", by_bytes)),
    "hangs-up-in-a-packet": Way(lambda: Wiring(b"g", raw(b"$00", HANG_UP)), "the connection was cut"),
    "hangs-up-at-once": Way(lambda: Wiring(b"", raw(HANG_UP)), "the connection was cut"),
    "hangs-up-while-running": Way(lambda: Wiring(b"vCont;c", raw(HANG_UP)), "the connection was cut"),
    "packet-without-end": Way(lambda: Wiring(b"g", raw(b"$" + bytes(3 << 18))), ENDLESS),
    "packet-too-long": Way(lambda: Wiring(b"g", raw(framed(b"0" * (3 << 17)))), ENDLESS),
    "repeats-without-end": Way(lambda: Wiring(b"g", raw(framed(b"0" + b"*~" * 9000))), ENDLESS),
    "repeat-of-nothing": Way(lambda: Wiring(b"g", raw(framed(b"*~"))), UNREADABLE),
    "repeat-too-seldom": Way(lambda: Wiring(b"g", raw(framed(b"0*\x1e"))), UNREADABLE),
    "repeat-without-a-count": Way(lambda: Wiring(b"g", raw(framed(b"00*"))), UNREADABLE),
    "escape-of-nothing": Way(lambda: Wiring(b"g", raw(framed(b"00}"))), UNREADABLE),
    "notifications-between": Way(lambda: Wiring(b"", lambda packet: (b"%Stop:T05thread:01;#00", packet))),
    "garbage-between": Way(lambda: Wiring(b"", lambda packet: (b"\x00boo\xff\x1b[2J#00", packet, b"\r\n"))),
    "packet-broken-off": Way(lambda: Wiring(b"", lambda packet: (b"$E0", packet))),
    "acks-too-many": Way(lambda: Wiring(b"", lambda packet: (b"++++", packet, b"+++")), options=ACKS),
    # Answers
    "stops-unasked": Way(Strays, options={"qemu": False}),
    "answers-twice": Way(lambda: Wiring(b"g", lambda packet: (packet + packet,))),
    "errors-for-everything": Way(lambda: Answering(b"", always(b"E01")), NO_REGISTERS),
    "empty-for-everything": Way(lambda: Answering(b"", always(b"")), NO_REGISTERS),
    "registers-refused": Way(lambda: Answering(b"g", always(b"E01")), "the stub does not give the registers"),
    "registers-empty": Way(lambda: Answering(b"g", always(b"")), "the stub does not give the registers"),
    "registers-no-hex": Way(lambda: Answering(b"g", lambda answer: b"zz" + answer[2:]), REGISTERS),
    "registers-odd": Way(lambda: Answering(b"g", lambda answer: answer[:-1]), REGISTERS),
    "register-too-long": Way(lambda: Answering(b"p", lambda answer: answer * 2), REGISTERS),
    "register-no-hex": Way(lambda: Answering(b"p", always(b"zz" * 8)), REGISTERS),
    "memory-no-hex": Way(lambda: Answering(b"m", lambda answer: b"g" * len(answer)), MEMORY),
    "memory-odd": Way(lambda: Answering(b"m1000", lambda answer: answer[:-1]), MEMORY),
    "memory-too-long": Way(lambda: Answering(b"m1000", lambda answer: answer + b"00"), MEMORY),
    "memory-of-another": Way(lambda: Answering(b"m", always(b"OK")), MEMORY),
    "memory-short": Way(lambda: Answering(b"m", half)),
    "memory-not-binary": Way(lambda: Answering(b"x", always(b"00")), MEMORY, options={"binary": True}),
    "physical-refused": Way(lambda: Answering(b"Q", always(b"E22")), "the stub reads no physical memory"),
    "killed-while-reading": Way(
        lambda: Answering(b"m", always(b"X09")), "the target is gone: killed by signal 9"
    ),
    "gone-at-the-start": Way(
        lambda: Answering(b"?", always(b"W01")), "the target is gone: exited with status 1"
    ),
    "packet-size-nothing": Way(lambda: Manners(), options={"packet_size": "0"}),
    "packet-size-giant": Way(lambda: Manners(), options={"packet_size": "ffffffffffffffff"}),
    "packet-size-no-number": Way(lambda: Manners(), options={"packet_size": "lots"}),
    # Running
    "stop-nonsense": Way(
        lambda: Answering(b"vCont;", always(b"T\x1b[31m")), "why the target stands: T\\x1b[31m"
    ),
    "stop-of-no-thread": Way(lambda: Answering(b"vCont;", always(b"T05thread:;;boo;")), "cannot be read why"),
    "run-refused": Way(
        lambda: Answering(b"vCont;", always(b"E01")), "the stub does not let the target run: E01"
    ),
    "run-unknown": Way(lambda: Answering(b"vCont;", always(b"")), "let the target run: it does not know how"),
    "console-controls": Way(lambda: Running(b"O" + b"\x1b[2Jhello\n".hex().encode(), b"Ozz", b"O0")),
    "console-flood": Way(lambda: Running(*[b"O" + b"61" * 4000] * 50)),
    "answers-while-running": Way(lambda: Running(b"OK", b"m1234", b"QC01")),
    "wants-our-files": Way(lambda: Running(b"Fopen,1000/8,0,0")),
    "never-stops": Way(lambda: Answering(b"\x03", lambda _: b"OK"), "was asked to stop and did not", True),
    "lift-refused": Way(
        lambda: Answering(b"z", always(b"E01")), "does not take back the breakpoint at 0x1008", options=ACKS
    ),
    "step-that-does-not-move": Way(lambda: Manners(), options={"steps_past": False}),
    # Descriptions
    "description-only-after-why": Way(Particular),
    "description-missing": Way(
        lambda: Manners(), DESCRIPTION + "there is no core.xml", options={"documents": {"core.xml": None}}
    ),
    "description-without-end": Way(
        lambda: Answering(b"qX", always(b"m")), DESCRIPTION + "target.xml does not end"
    ),
    "description-too-large": Way(
        lambda: Answering(b"qX", always(b"m" + b" " * 60000)), DESCRIPTION + "target.xml does not end"
    ),
    "description-broken": Way(
        lambda: Manners(), DESCRIPTION + "core.xml is no XML: ", options=document("core.xml", "<a><b></a>")
    ),
    "description-no-text": Way(
        lambda: Manners(), DESCRIPTION + "core.xml is no XML: ", options=document("core.xml", "\0\1\2")
    ),
    "description-entities": Way(
        lambda: Manners(),
        DESCRIPTION + "core.xml declares entities",
        options=document(
            "core.xml", '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><feature>&c;</feature>'
        ),
    ),
    "description-circular": Way(
        lambda: Manners(),
        DESCRIPTION + "target.xml includes itself",
        options=document("core.xml", '<feature><xi:include href="target.xml"/></feature>'),
    ),
    "description-of-many-documents": Way(
        lambda: Manners(),
        DESCRIPTION + "too many documents that include one another",
        options=document("core.xml", "<feature>" + '<xi:include href="system.xml"/>' * 100 + "</feature>"),
    ),
    "description-includes-nothing": Way(
        lambda: Manners(),
        DESCRIPTION + "no document can be called",
        options=document("core.xml", '<feature><xi:include href="a:b"/></feature>'),
    ),
    "description-too-deep": Way(
        lambda: Manners(), "core.xml is nested too deeply", options=document("core.xml", "<a>" * 5000)
    ),
    "description-register-negative": Way(
        lambda: Manners(), "register x\\x7f of -64 bits", options=registers('name="x\x7f" bitsize="-64"')
    ),
    "description-register-giant": Way(
        lambda: Manners(), "register x of 99999999 bits", options=registers('name="x" bitsize="99999999"')
    ),
    "description-register-far": Way(
        lambda: Manners(), "number 4294967295", options=registers(f'{PC} regnum="4294967295"')
    ),
    "description-registers-many": Way(
        lambda: Manners(), "more than 8192 registers", options=registers(*['name="x" bitsize="64"'] * 9000)
    ),
    "description-no-pc": Way(lambda: Manners(), NO_REGISTERS, options=registers('name="x" bitsize="64"')),
}
