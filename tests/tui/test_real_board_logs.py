"""Logs as people paste them, of boards whose boot the model agrees with.

Covers model/text/dmesg.py.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.logs.comparison import LogComparison, MemoryLines, compare
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.text.dmesg import log_lines
from bootstep.tui.cli.main import main
from hypothesis import given
from hypothesis.strategies import DataObject, data, integers

BOARDS = Path(__file__).parents[1] / "data" / "real_boards"
STICK, SIXTEEN, FOREIGN = BOARDS / "stick-512m", BOARDS / "sixteen-gib", BOARDS / "foreign"


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode().split("\n")


def our_log(board: Path) -> tuple[MemoryLines, tuple[int, int]]:
    kernel = load_kernel(read_machine(str(board / "machine.toml")))
    boot(kernel)
    return MemoryLines.read(log_lines(kernel.trace)).known_to(kernel.release), kernel.release


@pytest.fixture(scope="module")
def stick() -> MemoryLines:
    return our_log(STICK)[0]


@pytest.fixture(scope="module")
def sixteen() -> MemoryLines:
    return our_log(SIXTEEN)[0]


LINES = {"full2": 35, "late2": 35, "late3": 23, "grep": 5}
"""How many lines about memory a log of the stick has; the others have the twelve of its reserved memory."""


def shapes() -> Iterator[tuple[str, Path]]:
    for path in sorted(STICK.glob("*.txt")):
        yield path.stem, path


def agrees(found: LogComparison, count: int) -> bool:
    return (found.agree, found.total, found.first) == (count, count, None)


@pytest.mark.parametrize(("shape", "path"), shapes())
def test_a_log_agrees_in_every_line_it_has(shape: str, path: Path, stick: MemoryLines) -> None:
    assert agrees(compare(stick, MemoryLines.read(lines_of(path))), LINES.get(shape, 12))


PLAIN = lines_of(STICK / "dmesg_notime.txt")
PASTED: dict[str, Callable[[str], str]] = {
    "byte order mark": lambda line: f"\ufeff{line}",
    "quoted in a mail": lambda line: f"> > [    0.000000] {line}",
    "indented": lambda line: f"    [    0.000000] {line}",
    "grep -n": lambda line: f"12:[    0.000000] {line}",
    "grep -H": lambda line: f"boot/dmesg.txt:[    0.000000] {line}",
    "pastebin": lambda line: f" 12. [    0.000000] {line}",
    "dmesg -x": lambda line: f"kern  :info  : [    0.000000] {line}",
    "dmesg -x -T": lambda line: f"kern  :info  : [Fri Apr  7 00:04:12 2023] {line}",
    "dmesg -d": lambda line: f"[    0.000000 <    0.000000>] {line}",
    "dmesg -e": lambda line: f"[  +0.000000] {line}",
    "dmesg -e, first": lambda line: f"[Nov28 12:00] {line}",
    "dmesg --time-format iso": lambda line: f"2026-11-28T12:00:01,123456+00:00 {line}",
    "dmesg -J": lambda line: f'         "msg": "{line}"',
    "journalctl -o json": lambda line: f'{{"PRIORITY":"6","MESSAGE":"{line}","_PID":"1"}}',
    "journalctl -o short-precise": lambda line: f"Feb 20 23:55:56.123456 host kernel: {line}",
    "journalctl -o short-full": lambda line: f"Mon 2023-02-20 23:55:56 CET host kernel: {line}",
    "journalctl -o short-monotonic": lambda line: f"[    0.000000] host kernel: {line}",
    "journalctl -o short-unix": lambda line: f"1676933756.123456 host kernel: {line}",
    "rsyslog": lambda line: f"2023-02-20T23:55:56.1+01:00 host kernel: [    0.000000] {line}",
    "picocom": lambda line: f"[23:55:56.123] [    0.000000] {line}",
    "minicom": lambda line: f"[2023-02-20 23:55:56] [    0.000000] {line}",
    "grabserial": lambda line: f"[0.000001 0.000001] [    0.000000] {line}",
    "/dev/kmsg": lambda line: f"6,12,0,-,caller=T0;{line}",
    "colours": lambda line: f"\x1b[32m[    0.000000] \x1b[0m\x1b[33m{line}\x1b[0m",
    "MediaTek": lambda line: f"<6>[    0.000000]  (0)[0:swapper]{line}",
    "MediaTek, irqs off": lambda line: f"<6>[    0.000000] -(0)[0:swapper]{line}",
    "Samsung": lambda line: f"<6>[    0.000000]  I[0:      swapper/0:    0] {line}",
    "Android": lambda line: f"<6>[    0.000000] c0      0 {line}",
    "caller": lambda line: f"[    0.000000][   T0] {line}",
    "functions": lambda line: f"[    0.000000] kernel: init/main.c start_kernel 602 {line}",
    "zeroes of a serial line": lambda line: f"\0[    0.000000] {line}\r",
}


@pytest.mark.parametrize("shape", PASTED)
def test_whatever_stands_before_a_line_is_taken_off(shape: str, stick: MemoryLines) -> None:
    found = MemoryLines.of(log_of_text("\n".join(map(PASTED[shape], PLAIN)), shape))
    assert found.begins
    assert found.head.arch == "arm64"
    assert found.head.release == "6.7.0-rc4+"
    assert agrees(compare(stick, found), 12)


def test_lines_picked_by_grep_are_compared_in_what_they_are(stick: MemoryLines) -> None:
    whole = lines_of(STICK / "full2.txt")
    for words in (("reserved mem",), ("Linux version", "node "), ("node ", "Memory"), ("[mem ", "cma")):
        picked = [line for line in whole if any(word in line for word in words)]
        found = compare(stick, MemoryLines.read(picked))
        assert found.agree == found.total > 4
        assert found.first is None


@given(data())
def test_any_part_of_a_log_agrees_in_all_it_has(stick: MemoryLines, picker: DataObject) -> None:
    """A stretch of it, from the head on or to the end; or every now and then a line."""
    whole = lines_of(STICK / "full2.txt")
    begin = picker.draw(integers(0, len(whole) - 1))
    some = whole[begin : picker.draw(integers(begin + 1, len(whole)))]
    every = picker.draw(integers(3, len(whole)))
    for part in (some, whole[begin::every]):
        its = MemoryLines.read(part)
        if its.lines:
            found = compare(stick, its)
            assert (found.agree, found.total, found.first) == (len(its.lines), len(its.lines), None)


def test_a_line_that_a_grep_should_have_is_missed(stick: MemoryLines) -> None:
    picked = [line for line in lines_of(STICK / "full2.txt") if "node  " in line]
    found = compare(stick, MemoryLines.read(picked[:2] + picked[3:]))
    assert found.first == 2


def test_blanks_do_not_count(stick: MemoryLines) -> None:
    whole = [" ".join(line.split()) for line in lines_of(STICK / "full2.txt")]
    assert agrees(compare(stick, MemoryLines.read(whole)), 35)


def test_of_several_boots_the_first_whole_one_counts(stick: MemoryLines) -> None:
    late, whole = lines_of(STICK / "late3.txt"), lines_of(STICK / "full2.txt")
    assert agrees(compare(stick, MemoryLines.read([*late[:9], *whole, *late])), 35)


@pytest.mark.parametrize(("name", "agree"), [("dmesg", 13), ("dmesg2", 13), ("dmesg3", 14)])
def test_an_excerpt_is_compared_as_what_it_is(name: str, agree: int, sixteen: MemoryLines) -> None:
    """The reporter's CMA area was another one; a kernel newer by seven releases tells of no optee."""
    found = compare(sixteen, MemoryLines.read(lines_of(SIXTEEN / f"{name}.txt")))
    assert (found.agree, len(found.theirs)) == (agree, 14)


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("arm32", "32-bit Arm Linux 5.15.50-27b1fcc"),
        ("riscv", "RISC-V Linux 6.1.89-0-sophgo"),
        ("x86", "x86_64 Linux 6.8.0+"),
        ("fedora612", "arm64 Linux 6.12.0-0.rc7.59.fc42.aarch64"),
    ],
)
def test_a_foreign_log_is_told_by_architecture_and_release(
    name: str, whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "virt-1g", str(FOREIGN / f"{name}.txt")]) == 2
    told = capsys.readouterr().err
    assert whose in told
    assert told.count("\n") == 1


def test_a_log_of_a_release_that_is_not_modelled_is_compared_and_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["compare", "virt-1g", str(FOREIGN / "x95.txt")]) == 1
    out, err = capsys.readouterr()
    assert "of 16 lines about memory agree" in out
    assert "the log of arm64 Linux 5.15.83-flippy-80+o, the boot is of 6.1" in err


def test_logs_that_share_little_are_compared_in_bounded_time() -> None:
    """Both have the same few lines over and over, in another order: every pair of them would be too many."""
    ours = MemoryLines.read([f"memblock_add: [{number % 7:#x}]" for number in range(20_000)])
    theirs = MemoryLines.read([f"memblock_add: [{number % 5 + 2:#x}]" for number in range(20_000)])
    found = compare(ours, theirs)
    assert 14_000 < found.agree < 20_000
