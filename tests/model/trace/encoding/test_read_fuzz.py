"""Whatever a file says of a machine's boot, it is refused, or every question about it has an answer.

BOOTSTEP_FUZZ=N tries N inputs instead of 60.
"""

from __future__ import annotations

import functools
import os
import random
from typing import Any

import msgpack
import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.commands.info import TOPICS
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.sound import contents_of
from bootstep.model.memory.state import Replica
from bootstep.model.text.events import event_text
from bootstep.model.trace.encoding.container import TraceFileError
from bootstep.model.trace.encoding.read import decode
from bootstep.model.trace.encoding.write import encode
from bootstep.model.trace.events import Trace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("BOOTSTEP_FUZZ", "60"))
NUMBERS = [-(1 << 63), -1, 0, 1, 7, 1 << 31, 1 << 40, (1 << 64) - 1]
VALUES = [*NUMBERS, *NUMBERS, None, True, False, 1.5, "", "{", "x" * 300, b"\0", []]
QUESTIONS = (
    "ledger",
    "who 0x48000000",
    "history 0x40000000..0x50000000",
    "history section 8",
    "history zone DMA",
    "why crashkernel",
    "why memblock_reserve",
    "why memblock_alloc_try_nid",
    "backtrace",
    "reverse-continue",
    *(f"info {topic}" for topic in TOPICS),
)


@functools.cache
def recorded() -> tuple[ModelBoot, bytes]:
    source = ModelBoot.of(read_machine("virt-1g-64k"))
    source.run()
    return source, encode(source.trace)


def place_in(tree: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    """Some value of an event, or of the state before the first one."""
    at: Any = tree[0][4] if chance.random() < 0.2 else chance.choice([each for each in tree[4] if each])
    while not isinstance(at, list):
        at = chance.choice([each for each in tree[4] if each])
    while True:
        index = chance.randrange(len(at))
        if not isinstance(at[index], list) or not at[index] or chance.random() < 0.1:
            return at, index
        at = at[index]


def altered(data: bytes, seed: int) -> bytes:
    """A file in which some values are others, more or fewer."""
    chance = random.Random(seed)
    tree: Any = msgpack.unpackb(data)
    for _ in range(chance.choice((1, 1, 1, 4))):
        at, index = place_in(tree, chance)
        value = at[index]
        if chance.random() < 0.2:
            del at[index]
        elif chance.random() < 0.2:
            at.insert(index, chance.choice(at))
        elif type(value) is int and chance.random() < 0.5 and value >= 0:
            at[index] = value ^ 1 << chance.randrange(40)
        else:
            at[index] = chance.choice(VALUES)
    packed: bytes = msgpack.packb(tree)
    return packed


def answer_everything(source: ModelBoot, trace: Trace) -> None:
    debugger = Debugger(trace, source.facts)
    for event in range(len(trace)):
        event_text(trace, event, debugger.arch.entries)
    interpreter = CommandInterpreter(debugger)
    for position in (len(trace) // 2, len(trace)):
        for question in QUESTIONS:
            debugger.goto(position)
            assert interpreter.execute(question).text is not None


def test_what_is_as_it_was_is_answered() -> None:
    source, data = recorded()
    state = Replica(source.trace).state
    answer_everything(source, decode(data, state, contents_of(state.parts)))


@given(st.integers(0, 1 << 32))
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
def test_whatever_a_file_says_is_refused_or_answered(seed: int) -> None:
    source, data = recorded()
    state = Replica(source.trace).state
    try:
        trace = decode(altered(data, seed), state, contents_of(state.parts))
    except TraceFileError as error:
        assert str(error).startswith("is damaged: ")
        return
    answer_everything(source, trace)
