"""A trace in a file is the trace that was recorded; whatever else is in a file, no debugger falls over it.

Covers write.py, parts.py, formats.py, model/memory/contents.py, model/memory/sound.py,
model/trace/content.py.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arches import DEFAULT_ARCH
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.sound import contents_of
from bootstep.model.memory.state import Replica, State
from bootstep.model.text.events import describe, event_text
from bootstep.model.trace.encoding.container import TraceFileError, seal
from bootstep.model.trace.encoding.read import decode
from bootstep.model.trace.encoding.write import encode
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.writer import TraceWriter
from hypothesis import given, settings
from hypothesis import strategies as st
from small_boot import recorded
from sweeps import sweep

SMALL = recorded({"setup_arch": "setup_arch"})
ENCODED = encode(SMALL)


def opened(data: bytes, like: Trace = SMALL) -> Trace:
    """Read a trace that has the same parts of the state as another."""
    state = Replica(like).state
    return decode(data, state, contents_of(state.parts))


@functools.cache
def machine(name: str) -> Trace:
    kernel = load_kernel(read_machine(name))
    boot(kernel)
    return kernel.trace


def outline(trace: Trace) -> list[tuple[Any, ...]]:
    return [
        (
            trace.kind(event),
            trace.parent(event),
            trace.partner(event),
            trace.site_number(event),
            describe(trace, event, DEFAULT_ARCH.entries),
        )
        for event in range(len(trace))
    ]


@pytest.mark.parametrize(
    "record",
    [
        lambda: SMALL,
        lambda: machine("virt-1g-64k"),
        lambda: machine("broken-1g"),
        pytest.param(lambda: machine("server-8g"), marks=pytest.mark.slow),
    ],
    ids=["small", "virt-1g-64k", "broken-1g", "server-8g"],
)
def test_a_trace_comes_back_as_it_was(record: Callable[[], Trace]) -> None:
    trace = record()
    again = opened(encode(trace), trace)
    assert outline(again) == outline(trace)
    assert again.finished
    assert again.logs == trace.logs
    for position in (0, len(trace) // 2, len(trace)):
        assert again.keyframe(position) == trace.keyframe(position)
        assert Debugger(again).trace.keyframe(position).snapshots.keys() == trace.targets.keys()
    assert {name: target.snapshot() for name, target in again.targets.items()} == {
        name: target.snapshot() for name, target in trace.targets.items()
    }


def test_one_that_came_back_can_be_written_again() -> None:
    assert encode(opened(ENCODED)) == ENCODED


def test_a_boot_that_panicked_comes_back_too() -> None:
    trace, state = Trace(), State()
    for name, target in state.items():
        trace.add_target(name, target)
    trace.start()
    writer = TraceWriter(trace)
    writer.enter(trace.functions.add("setup_arch").number)
    writer.panic("stops for want of memory", silent=True)
    again = opened(encode(trace))
    assert again.ending(1) == trace.ending(1) == "the kernel stops: stops for want of memory"
    assert (again.parent(1), again.partner(0)) == (0, 0)


def test_a_small_machine_takes_little_room() -> None:
    assert len(seal({"trace": encode(machine("virt-1g"))})) < 100_000


def test_no_place_on_the_disk_gets_into_a_file() -> None:
    boot = machine("virt-1g-64k")
    trace = opened(encode(boot), boot)
    files = {site.filename for site in trace.sites} | {function.filename for function in trace.functions}
    assert "boots/init/main.py" in files
    assert not any(name.startswith("/") or ".." in name for name in files)


# ---- what is not so ----


def everything(trace: Trace) -> None:
    """What a debugger and its views ask of a trace."""
    debugger = Debugger(trace)
    for event in range(len(trace)):
        event_text(trace, event, DEFAULT_ARCH.entries)
    for position in {0, len(trace) // 3, len(trace)}:
        debugger.goto(position)
        debugger.where()
        assert len(debugger.state.memblock.memory.regions) >= 0
    debugger.why.failures()
    debugger.why.last(len(trace))
    debugger.reverse_cont()


def survives(data: bytes) -> bool:
    """Whether some bytes are a trace; nothing but `TraceFileError` may say that they are not."""
    try:
        trace = opened(data)
    except TraceFileError as error:
        assert str(error).startswith("is damaged: ")
        assert "\n" not in str(error)
        return False
    everything(trace)
    return True


@pytest.mark.parametrize("examples", sweep((50, 300), 50))
def test_no_byte_altered_behind_the_checksum_makes_it_fall_over(examples: int) -> None:
    @given(st.integers(0, len(ENCODED) - 1), st.integers(0, 255))
    @settings(max_examples=examples)
    def check(at: int, value: int) -> None:
        data = bytearray(ENCODED)
        data[at] = value
        survives(bytes(data))

    check()


@given(st.integers(0, len(ENCODED)))
@settings(max_examples=30)
def test_nor_does_a_piece_of_it(length: int) -> None:
    assert survives(ENCODED[:length]) == (length == len(ENCODED))


VALUES = [
    None,
    True,
    False,
    -1,
    0,
    1,
    7,
    1 << 31,
    1 << 40,
    (1 << 64) - 1,
    -(1 << 63),
    1.5,
    "",
    "{",
    "x" * 300,
    b"\0",
    [],
]


def mutated(data: bytes, seed: int) -> bytes:
    """A file in which something is another thing, or there is more or less of it."""
    chance = random.Random(seed)
    tree: Any = msgpack.unpackb(data, strict_map_key=False)
    for _ in range(chance.choice((1, 1, 3))):
        at = tree
        while True:
            index = chance.randrange(len(at))
            if isinstance(at[index], list) and at[index] and chance.random() < 0.85:
                at = at[index]
                continue
            deed = chance.randrange(4)
            if deed == 0:
                del at[index]
            elif deed == 1:
                at.insert(index, at[chance.randrange(len(at))])
            else:
                at[index] = chance.choice(VALUES)
            break
        if not tree:
            break
    packed: bytes = msgpack.packb(tree)
    return packed


@pytest.mark.parametrize("examples", sweep((60, 400), 60))
def test_no_value_that_is_another_makes_it_fall_over(examples: int) -> None:
    @given(st.integers(0, 1 << 32))
    @settings(max_examples=examples)
    def check(seed: int) -> None:
        survives(mutated(ENCODED, seed))

    check()


def changed(part: int, change: Callable[[Any], None]) -> bytes:
    """The small boot with one of the five parts of its file changed: tables, kinds, sites, tags, payloads."""
    tree: Any = msgpack.unpackb(ENCODED)
    found = tree[part]
    if isinstance(found, bytes):
        found = bytearray(found)
    change(found)
    tree[part] = bytes(found) if isinstance(found, bytearray) else found
    packed: bytes = msgpack.packb(tree)
    return packed


def template(text: str) -> Callable[[Any], None]:
    def change(tables: Any) -> None:
        tables[1][0][0] = text

    return change


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed(1, lambda kinds: kinds.__setitem__(0, 200)), "event 0 is of no known kind"),
        (changed(1, lambda kinds: kinds.__setitem__(0, Kind.LEAVE)), "event 0 returns from nowhere"),
        (changed(1, lambda kinds: kinds.append(0)), "its columns differ in length"),
        (changed(2, lambda sites: sites.__setitem__(3, 1)), "an event happened nowhere"),
        (changed(3, lambda tags: tags.__setitem__(1, 250)), "event 0 calls no function"),
        (changed(4, lambda payloads: payloads.__setitem__(0, 5)), "event 0 calls no function"),
        (changed(0, template("{0.__class__}")), "is no format of a message"),
        (changed(0, template("{!r}")), "is no format of a message"),
        (changed(0, template("{:999999999}")), "is no format of a message"),
        (changed(0, template("{:#x} {}")), "the line of event 1 cannot be printed"),
        (changed(0, template("{")), "is no format of a message"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(TraceFileError, match=words):
        opened(data)


def test_a_change_must_fit_the_state() -> None:
    event = next(SMALL.of_kind(Kind.VARIABLE))
    data = changed(4, lambda payloads: payloads[event][0].__setitem__(2, 12345))
    with pytest.raises(TraceFileError, match=f"what event {event} changes was not so before"):
        opened(data)


def test_a_file_reaches_for_nothing_outside_the_source() -> None:
    for name in ("/etc/passwd", "../../etc/passwd"):
        with pytest.raises(TraceFileError, match="a place in the source is outside it"):
            opened(changed(0, lambda tables, name=name: tables[2][0].__setitem__(0, name)))
