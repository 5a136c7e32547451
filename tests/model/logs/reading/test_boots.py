"""Which of several boots in a file is read, and how much of it.

Covers text_lines.py, model/files/packed.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.reading.boots import AFTER_SUMMARY
from bootstep.model.logs.reading.read_log import log_of_text, read_log


def stamped(seconds: float, text: str) -> str:
    return f"[{seconds:12.6f}] {text}"


def boot(release: str, *, ends: bool = True) -> list[str]:
    summary = [stamped(0.0, "Memory: 360304K/524288K available (8126K kernel code, 131216K reserved)")]
    return [
        stamped(0.0, "Booting Linux on physical CPU 0x0"),
        stamped(0.0, f"Linux version {release} (user@host) #1"),
        stamped(0.0, "Zone ranges:"),
        *(summary if ends else []),
        *(stamped(9.5 + number, f"usb 1-{number}: a device") for number in range(3)),
    ]


def read(*lines: str, number: int | None = None) -> KernelLog:
    return log_of_text("\n".join(lines), "dmesg.txt", number)


def test_the_last_complete_boot_is_read_and_any_other_if_asked_for() -> None:
    lines = [*boot("6.1.0"), "U-Boot 2023.07", *boot("6.2.0"), *boot("6.3.0", ends=False)]
    log = read(*lines)
    assert [one.release for one in log.boots] == ["6.1.0", "6.2.0", "6.3.0"]
    assert [(one.first, one.last) for one in log.boots] == [(1, 8), (9, 15), (16, 21)]
    assert log.chosen == 2
    assert log.lines[1].text.startswith("Linux version 6.2.0")
    assert log.repairs == (
        "there are 3 boots in it; this is number 2, the last that is complete, from line 9 to line 15",
    )
    assert read(*lines, number=3).lines[1].text.startswith("Linux version 6.3.0")
    with pytest.raises(InputError, match="it has 3 boots, there is no boot 4"):
        read(*lines, number=4)


def test_a_panic_ends_a_boot() -> None:
    panic = stamped(0.0, "Kernel panic - not syncing: early_alloc: Failed to allocate 4096 bytes")
    assert read(*boot("6.1.0", ends=False)[:3], panic).extent.is_complete


def test_what_begins_late_is_a_boot_too() -> None:
    log = read(*boot("6.1.0")[2:], *boot("6.2.0"))
    assert [one.begins for one in log.boots] == [False, True]
    assert not read(*boot("6.1.0")[2:]).extent.begins


def test_clocks_of_cpus_that_differ_begin_no_boot() -> None:
    assert (
        len(read(*boot("6.1.0"), stamped(0.0, "calibrate_delay_direct() failed"), stamped(9.9, "x")).boots)
        == 1
    )


def test_kernel_lines_before_the_banner_are_of_its_boot() -> None:
    early = stamped(0.0, "microcode: updated early to revision 0x1f")
    assert read(early, *boot("6.1.0")[1:]).lines[0].text.startswith("microcode")


def test_only_the_early_part_of_a_boot_is_kept() -> None:
    later = [stamped(20.0 + number, "audit: something") for number in range(AFTER_SUMMARY * 3)]
    log = read(*boot("6.1.0"), *later, *boot("6.2.0"), stamped(21.0, "Run /init as init process"), *later)
    assert len(log.boots) == 2
    assert 7 < len(log.lines) < 100
    assert log.boots[0].last == 7 + len(later)
    assert log.lines[0].number == log.boots[1].first == 8 + len(later)
    assert len(read(*boot("6.1.0"), *later).lines) == 4 + AFTER_SUMMARY


def test_a_boot_after_many_other_lines_is_found() -> None:
    others = [f"Jan  1 00:00:37 host kernel: [{1000 + number:12.6f}] audit: x" for number in range(25_000)]
    log = read(*others, *boot("6.1.0"))
    assert [one.first for one in log.boots] == [25_001]
    assert log.lines[0].number == 25_001


def test_lines_without_an_end_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "dmesg"
    path.write_text("\n".join([*boot("6.1.0")[:3], stamped(0.0, "x" * 3_000_000), boot("6.1.0")[3]]))
    log = read_log(path)
    assert [len(line.text) for line in log.lines][2:4] == [12, 65_521]
    assert log.lines[4].text.startswith("Memory: ")
    assert log.lines[4].number == 5
    assert log.repairs == ("1 line is too long and is cut",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "dmesg"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path.write_bytes((mark + "\n".join(boot("6.1.0"))).encode(encoding))
    assert len(read_log(path).lines) == 7


def test_what_comes_before_the_damage_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dmesg.gz"
    path.write_bytes(
        gzip.compress("\n".join([*boot("6.1.0"), *(str(hash(str(n))) for n in range(999))]).encode())[:5000]
    )
    log = read_log(path)
    assert log.extent.is_complete
    assert log.repairs[-1] == "what is packed in the file is cut off, what comes before is read"
