"""The three e820 tables as a part of the state.  Covers e820.py."""

from bootstep.model.memory.e820 import (
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_RESERVED_KERN,
    E820Entry,
    type_name,
)
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.recorder import BootTrace

RAM = E820Entry(0x1000, 0x9EC00, E820_TYPE_RAM)


def test_types_have_the_words_that_the_kernel_prints() -> None:
    assert type_name(E820_TYPE_RAM) == type_name(E820_TYPE_RESERVED_KERN) == "usable"
    assert type_name(E820_TYPE_RESERVED) == "reserved"
    assert type_name(12) == "persistent (type 12)"
    assert type_name(0xEFFFFFFF) == "soft reserved"
    assert type_name(9) == "type 9"


def test_an_entry_ends_behind_its_last_byte() -> None:
    assert RAM.end == 0x9FC00


def test_what_is_done_to_a_table_is_recorded_and_taken_back() -> None:
    state, trace = State(), BootTrace()
    state.record_into(trace)
    trace.start()
    state.e820.e820_table.replace(0, 0, [RAM])
    state.e820.e820_table.replace(0, 1, [RAM._replace(type=E820_TYPE_RESERVED)])
    trace.finish()
    replica = Replica(trace)
    replica.move(len(trace))
    assert list(replica.state.e820.e820_table) == [RAM._replace(type=E820_TYPE_RESERVED)]
    replica.move(0)
    assert list(replica.state.e820.e820_table) == []
