"""The e820 map of a log.  Covers boots/sources/log_replay/e820_map.py."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.opening import replay_of
from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.logs.reading.read_log import log_of_text

HEAD = """\
Linux version 6.1.90 (user@host) (x86_64-linux-gnu-gcc 12.2.0) #1 SMP
BIOS-provided physical RAM map:
BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] reserved
BIOS-e820: [mem 0x0000000000100000-0x000000007fffffff] usable
"""
RAM, RESERVED, PRAM, KERNEL = 1, 2, 12, 128


def replayed(text: str = "") -> LogReplay:
    replay = replay_of(log_of_text(HEAD + text, "dmesg.txt"))
    replay.run()
    return replay


def table(replay: LogReplay, name: str = "e820_table") -> list[tuple[int, int, int]]:
    return [(entry.addr, entry.end, entry.type) for entry in getattr(replay.state.e820, name)]


def test_firmwares_map_is_in_all_three_tables() -> None:
    replay = replayed()
    assert table(replay) == [(0, 0x9FC00, RAM), (0xF0000, 0x100000, RESERVED), (0x100000, 0x80000000, RAM)]
    assert table(replay) == table(replay, "e820_table_kexec") == table(replay, "e820_table_firmware")
    assert replay.facts.can.e820


def test_changes_that_lines_tell_are_made_in_the_table_alone() -> None:
    replay = replayed(
        "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\n"
        "e820: remove [mem 0x000a0000-0x000fffff] usable\n"
        "e820: remove [mem 0x40000000-0xfffffffffffffffe] usable\n"
    )
    assert table(replay) == [
        (0, 0x1000, RESERVED),
        (0x1000, 0x9FC00, RAM),
        (0xF0000, 0x100000, RESERVED),
        (0x100000, 0x40000000, RAM),
    ]
    assert table(replay, "e820_table_firmware")[0] == (0, 0x9FC00, RAM)


def test_a_map_of_the_users_takes_the_place_of_firmwares() -> None:
    replay = replayed(
        "user-defined physical RAM map:\n"
        "user: [mem 0x0000000000000000-0x000000000009efff] usable\n"
        "user: [mem 0x0000000040000000-0x000000005fffffff] persistent (type 12)\n"
        "user: [mem 0x0000000060000000-0x000000006fffffff] persistent (type 12)\n"
        "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\n"
    )
    assert table(replay) == [
        (0, 0x1000, RESERVED),
        (0x1000, 0x9F000, RAM),
        (0x40000000, 0x60000000, PRAM),
        (0x60000000, 0x70000000, PRAM),
    ]


def test_what_the_kernel_keeps_is_printed_as_ram_and_stays_its_own() -> None:
    rows = "".join(
        f"reserve setup_data: [mem {start:#018x}-{end - 1:#018x}] usable\n"
        for start, end in ((0x100000, 0x200000), (0x200000, 0x300000), (0x300000, 0x80000000))
    )
    replay = replayed(
        f"e820: update [mem 0x00200000-0x002fffff] usable ==> usable\nextended physical RAM map:\n{rows}"
    )
    assert [type for _, _, type in table(replay)] == [RAM, KERNEL, RAM]


def test_a_log_without_a_map_has_none() -> None:
    replay = replay_of(log_of_text("Linux version 6.1.90 (user@host) (gcc 12.2.0) #1 SMP\n", "dmesg.txt"))
    assert not replay.facts.can.e820
