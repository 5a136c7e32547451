"""Parameters: who takes them, and what is said of those that nobody does.

Covers boots/core/params.py, boots/core/setup_params.py, boots/mm/memblock.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.params import EARLY_PARAMS, parse_early_param
from bootstep.boots.init.params import known_parameters, parse_boot_params, setup_command_line
from device_tree_kernel import GIB, kernel_with_tree, log, regions


def kernel_told(cmdline: str) -> Kernel:
    k = kernel_with_tree("", memory=((GIB, GIB),))
    k.boot_command_line = cmdline
    return k


def unknown(cmdline: str) -> str | None:
    k = kernel_told(cmdline)
    parse_boot_params(k)
    lines = [line for line in log(k) if line.startswith("Unknown kernel command line")]
    return lines[0].split('"')[1] if lines else None


@pytest.mark.parametrize(
    ("cmdline", "words"),
    [
        ("nokaslr console=ttyAMA0 loglevel=0 panic=-1", "nokaslr"),
        ("console=ttyAMA0 panic=-1", None),
        ("foo=1 bar", "bar foo=1"),
        ("foo=1 foo=2", "foo=2"),
        ("HOME=/root", None),
        ("foo.bar=1 foo.bar", None),
        ("BOOT_IMAGE=/vmlinuz kexec", None),
        ("hung_task_panic=1", None),
        ("mem_=1", "mem_=1"),
        ("first init=/bin/sh second", "second"),
        ("quiet -- foo=1", None),
        ('foo="a b"', "foo=a b"),
    ],
)
def test_words_that_nobody_takes_are_printed_and_left_to_init(cmdline: str, words: str | None) -> None:
    assert unknown(cmdline) == words


def test_more_words_than_init_has_room_for_are_not_printed_but_make_the_kernel_panic_later() -> None:
    # As a real 6.12 was caught saying.
    k = kernel_told(" ".join(f"word{number}=value{number}" for number in range(60)))
    parse_boot_params(k)
    assert log(k) == []
    assert k.panic_later == "Too many boot env vars at `word31=value31'"


def test_the_text_of_unknown_words_takes_memory_for_a_moment() -> None:
    k = kernel_told("nokaslr")
    k.memblock.debug = True
    parse_boot_params(k)
    # As every real log has it: nine bytes for " nokaslr".
    assert "memblock_alloc_try_nid: 9 bytes align=0x40 nid=-1" in log(k)[0]
    assert log(k)[-1].startswith("memblock_phys_free: ")
    assert regions(k, "reserved") == []


def test_two_copies_of_the_command_line_are_kept() -> None:
    k = kernel_told("nokaslr console=ttyAMA0 loglevel=0 panic=-1")
    setup_command_line(k)
    # 44 bytes each, the second below the first, both aligned to a cache line.
    assert regions(k, "reserved") == [(0x7FFFFF80, 44), (0x7FFFFFC0, 44)]


def test_memblock_speaks_from_the_moment_it_is_told_to() -> None:
    k = kernel_told("mem=1G memblock=debug")
    parse_early_param(k)
    assert k.memblock.debug


def test_early_parameters_are_parsed_once() -> None:
    k = kernel_told("ignore_loglevel")
    parse_early_param(k)
    parse_early_param(k)
    assert log(k) == ["printk: debug: ignoring loglevel setting."]


def test_a_malformed_early_parameter_is_reported() -> None:
    k = kernel_told("numa")
    parse_early_param(k)
    assert log(k) == ["Malformed early option 'numa'"]


def test_a_hyphen_stands_for_an_underscore() -> None:
    k = kernel_told("percpu-alloc=page")
    parse_early_param(k)
    assert k.pcpu_chosen_fc == "page"


def test_a_parameter_whose_function_was_not_compiled_is_not_known() -> None:
    k = kernel_told("cma_pernuma=64M")
    assert not k.image.has("early_cma_pernuma")
    parse_early_param(k)
    assert k.pernuma_size_bytes == 0


def test_what_follows_two_hyphens_is_inits() -> None:
    k = kernel_told("-- memtest=1")
    parse_early_param(k)
    assert k.memtest_pattern == 0


def test_every_early_parameter_here_is_in_the_list_of_known_ones() -> None:
    known = {(entry.name.replace("-", "_"), entry.function) for entry in known_parameters()}
    ours = [
        (name, entry.function)
        for name, entries in EARLY_PARAMS.items()
        for entry in entries
        if entry.handler.__module__.startswith("bootstep.")
    ]
    assert len(ours) > 20
    assert set(ours) <= known


@pytest.mark.parametrize(
    ("cmdline", "line"),
    [
        ("earlycon=pl011,0x9000000", "earlycon: pl11 at MMIO 0x0000000009000000 (options '')"),
        (
            "earlycon=pl011,mmio32,0x9000000,115200n8",
            "earlycon: pl11 at MMIO32 0x0000000009000000 (options '115200n8')",
        ),
    ],
)
def test_an_early_console_is_named_by_the_digits_at_its_end(cmdline: str, line: str) -> None:
    k = kernel_told(cmdline)
    parse_early_param(k)
    assert log(k) == [line, "printk: bootconsole [pl11] enabled"]


def test_an_early_console_that_the_kernel_lacks_is_passed_over() -> None:
    k = kernel_told("earlycon=uart8250,mmio,0x9000000")
    parse_early_param(k)
    assert log(k) == []
