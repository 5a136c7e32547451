"""Questions that people asked about their boards, and what the right answer is: the numbers of their logs are
those of a kernel on this very device tree (tests/data/real_boards).

Covers model/analysis/silence.py, model/debugger/inspect/reserved_nodes.py, model/memory/memblock/dump.py.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.printk_records import unreadable_lines
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.explain import ExplainError
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.inspect.reserved_nodes import named_node
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.text.dmesg import log_lines
from bootstep.tui.cli.main import main
from in_blocks import IN_BLOCKS
from sweeps import sweep

BOARDS = Path(__file__).parent.parent / "data" / "real_boards"
PLACES = {
    "server-32g-cma-too-large": ("0x400000", "0xa200000"),
    "overlap-at-secure-region": ("0x80a00000", "0x9fe00000"),
    "altra-crash-4g": ("0x8a000000", "0x9fe00000"),
}
KERNELS = {"6.1": "virt-1g", "6.12": "virt-1g-6.12"}


def options(board: str) -> dict[str, str]:
    load, dtb = PLACES[board]
    dts = next(BOARDS.joinpath(board).glob("b*.dts"))
    places = {"load_address": load, "dtb_address": dtb}
    return {"dts": str(dts), "cpu": "cortex-a72", "cpus": "4", **places}


@functools.cache
def booted(board: str, release: str, cmdline: str = IN_BLOCKS) -> Kernel:
    k = load_kernel(read_machine(KERNELS[release], {**options(board), "cmdline": cmdline}))
    boot(k)
    return k


def asked(kernel: Kernel, question: str) -> list[str]:
    debugger = debugger_of(kernel)
    debugger.end()
    result = CommandInterpreter(debugger).execute(question)
    assert not result.error, result.text
    return result.text.splitlines()


# ---- a board of 32 GiB whose CMA area cannot fit ----


LARGE = (f"console=ttyS2 {IN_BLOCKS}", f"console=ttyS2 log_buf_len=64M {IN_BLOCKS}")


@pytest.mark.parametrize("cmdline", sweep(LARGE, LARGE[0]))
def test_the_lines_people_ask_about_are_in_the_log_of_a_large_board(cmdline: str) -> None:
    k = booted("server-32g-cma-too-large", "6.12", cmdline)
    assert unreadable_lines(k) == ()
    lines = list(log_lines(k.trace))
    assert "OF: reserved mem: failed to allocate memory for node 'cma': size 1024 MiB" in lines
    secure = "0x0000000008400000..0x00000000097fffff (20480 KiB) nomap non-reusable secure@8400000"
    assert f"OF: reserved mem: {secure}" in lines
    assert not any("memblock" in line for line in lines)


@pytest.mark.slow
def test_a_ring_buffer_overflows_where_memblock_speaks_of_every_table_page() -> None:
    """The linear map of 32 GiB in pages takes 16,000 tables, each of two lines."""
    k = booted("server-32g-cma-too-large", "6.12", "memblock=debug")
    lost = unreadable_lines(k)
    assert len(lost) > 10_000
    printed = [at for at, event in enumerate(k.trace.logs) if k.trace.is_printed(event)]
    assert lost == tuple(printed[: len(lost)])


def test_info_log_marks_what_is_not_printed() -> None:
    lines = asked(booted("server-32g-cma-too-large", "6.12", LARGE[0]), "info log 100")
    assert {line[0] for line in lines if "memblock_" in line} == {"·"}
    assert [line for line in lines if line.startswith("Memory: ")]


def test_the_limits_asked_for_are_smaller_than_the_area() -> None:
    lines = asked(booted("server-32g-cma-too-large", "6.12", LARGE[0]), "why")
    assert "  for reserved memory cma (device tree /reserved-memory/cma)" in lines
    assert "    1.0 GiB cannot fit between the limits at all, which are 768.0 MiB apart" in lines
    (gap,) = [line for line in lines if "not taken" in line]
    assert gap.strip().startswith("[0x10000000-0x3fffffff] 768.0 MiB not taken: ")
    of_the_node = asked(booted("server-32g-cma-too-large", "6.12", LARGE[0]), "why cma")
    assert of_the_node[-len(lines) :] == lines


# ---- nodes that overlap ----


def test_of_an_overlap_both_nodes_are_told_who_was_first_and_what_is_lost() -> None:
    for release in KERNELS:
        k = booted("overlap-at-secure-region", release)
        where = "in [0x8b700000-0x8b70ffff] 64.0 KiB"
        (told,) = asked(k, "why overlap")
        assert told.startswith(
            f"memory@86000000 overlaps memory@8b700000: {where}; memory@86000000 was first "
        )
        assert told.endswith("64.0 KiB lost: both have these bytes, neither has them alone")
        for node, other in (("86000000", "8b700000"), ("8b700000", "86000000")):
            lines = asked(k, f"why memory@{node}")
            assert lines[0] == f"node: /reserved-memory/memory@{node}"
            (line,) = [line for line in lines if line.startswith("overlaps ")]
            assert line.startswith(f"overlaps memory@{other}: {where}; memory@86000000 was first")
            assert any("OVERLAP DETECTED!" in line for line in lines)


@pytest.mark.parametrize("release", KERNELS)
def test_no_answer_names_a_cause_that_the_tree_does_not_have(release: str) -> None:
    k = booted("overlap-at-secure-region", release)
    nodes = [node.name for node in k.fdt.find("/reserved-memory").children]  # type: ignore[union-attr]
    questions = ["why", "ledger", "why overlap", *(f"why {name}" for name in nodes)]
    questions += [
        f"{word} {address}" for word in ("who", "x", "history") for address in (0x8B700000, 0x80900000)
    ]
    for question in questions:
        assert "/memreserve/" not in "\n".join(asked(k, question)), question


def test_a_node_that_was_refused_says_who_is_there_and_what_the_kernel_uses() -> None:
    lines = asked(booted("overlap-at-secure-region", "6.1"), "why memory@80900000")
    (refused,) = [line for line in lines if line.startswith("refused: ")]
    assert "in use already ([0x80a10000-0x80afffff] 960.0 KiB kernel text)" in refused
    assert refused.endswith("its other 1.1 MiB are not kept, the kernel uses them")


def test_who_answers_as_x_does() -> None:
    k = booted("overlap-at-secure-region", "6.1")
    for address in (0x8B700000, 0x80900000, 0x80A10000, 0x10):
        (who,) = asked(k, f"who {address:#x}")
        facts = who.partition(": ")[2].split("; ")
        assert facts
        assert set(facts) <= set(asked(k, f"x {address:#x}"))
    (who,) = asked(k, "who 0x8b700000")
    assert "not reserved" not in who
    assert "no-map by reserved memory memory@86000000" in who


# ---- a crash kernel ----


@pytest.mark.parametrize("release", sweep(KERNELS, "6.12"))
def test_a_crash_kernel_of_low_memory_alone_is_nothing_and_that_is_said(
    release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "crashkernel=512M,low alone reserves nothing: it only says how much low memory goes with"
    k = booted("altra-crash-4g", release, f"crashkernel=512M,low {IN_BLOCKS}")
    assert k.crashk_res == k.crashk_low_res == (0, 0)
    assert not any("crashkernel" in line for line in log_lines(k.trace) if "command line" not in line)
    (told,) = asked(k, "why crashkernel")
    assert told.startswith(f"crashkernel: {sentence}")
    assert main(["log", "virt-512m", "--cmdline", "crashkernel=512M,low"]) == 0
    assert sentence in capsys.readouterr().err


@pytest.mark.slow
def test_four_gib_for_a_crash_kernel() -> None:
    """6.1 looks below 4 GiB only; 6.12 goes above, with 128 MiB of low memory."""
    old = booted("altra-crash-4g", "6.1", f"crashkernel=4G {IN_BLOCKS}")
    assert "cannot allocate crashkernel (size:0x100000000)" in list(log_lines(old.trace))
    new = booted("altra-crash-4g", "6.12", f"crashkernel=4G {IN_BLOCKS}")
    assert "crashkernel low memory reserved: 0xf4000000 - 0xfc000000 (128 MB)" in list(log_lines(new.trace))
    assert any("crashkernel reserved: 0x0000080" in line for line in log_lines(new.trace))


@pytest.mark.parametrize(
    ("cmdline", "sentence"),
    [
        ("quiet", "the command line has no crashkernel=: nothing is asked for"),
        ("crashkernel=0M", "crashkernel=0M asks for no bytes"),
    ],
)
def test_a_crash_kernel_nobody_asks_for(cmdline: str, sentence: str) -> None:
    k = load_kernel(read_machine("virt-512m", {"cmdline": cmdline}))
    boot(k)
    (told,) = asked(k, "why crashkernel")
    assert sentence in told


# ---- every kind of node ----

ODD = """/dts-v1/;
/memreserve/ 0x50000000 0x100000;
/ { #address-cells=<2>; #size-cells=<2>;
    chosen { }; aliases { fw = "/reserved-memory/firmware@60000000"; };
    memory@40000000 { device_type="memory"; reg=<0 0x40000000 0 0x40000000>; };
    reserved-memory { #address-cells=<2>; #size-cells=<2>; ranges;
        firmware@60000000 { reg=<0 0x60000000 0 0x100000>; no-map; };
        plain@60080000 { reg=<0 0x60080000 0 0x100000>; };
        off@61000000 { reg=<0 0x61000000 0 0x100000>; status="disabled"; };
        outside@200000000 { reg=<2 0 0 0x100000>; };
        outside-no-map@210000000 { reg=<2 0x10000000 0 0x100000>; no-map; };
        two@62000000 { reg=<0 0x62000000 0 0x100000>, <0 0x63000000 0 0x100000>; };
        zero@64000000 { reg=<0 0x64000000 0 0>; };
        none { no-map; };
        pool { compatible="shared-dma-pool"; reusable; size=<0 0x2000000>; };
        dynamic { size=<0 0x1000000>; no-map; };
        huge { size=<0 0x40000000>; };
        misaligned@65100000 { compatible="shared-dma-pool"; reusable; reg=<0 0x65100000 0 0x300000>; };
        kernel@40200000 { reg=<0 0x40200000 0 0x1000000>; };
        parent { child@66000000 { reg=<0 0x66000000 0 0x1000>; }; };
    };
    cpus { #address-cells=<1>; #size-cells=<0>;
        cpu@0 { device_type="cpu"; reg=<0>; enable-method="psci"; }; };
    psci { compatible="arm,psci-1.0"; method="smc"; };
};"""


@functools.cache
def odd(release: str) -> Kernel:
    k = load_kernel(read_machine(KERNELS[release]), compile_dts(ODD, "odd.dts"))
    boot(k)
    return k


@pytest.mark.parametrize("release", KERNELS)
@pytest.mark.parametrize(
    ("node", "became"),
    [
        ("fw", "got: [0x60000000-0x600fffff] 1.0 MiB, kept out of the linear map"),
        (
            "/reserved-memory/plain@60080000",
            "but 512.0 KiB are kept out of the linear map for another",
        ),
        ("off", 'nothing: its status is "disabled": the kernel passes it over'),
        ("outside@200000000", "got: [0x200000000-0x2000fffff] 1.0 MiB, reserved, though no memory is there"),
        ("outside-no-map", "got: [0x210000000-0x2100fffff] 1.0 MiB, where no memory is"),
        ("two", "got: [0x63000000-0x630fffff] 1.0 MiB, reserved and mapped"),
        ("zero", "nothing: its reg has no range of any size that the kernel can read"),
        ("none", "nothing: it has neither reg nor size: there is nothing to reserve"),
        ("pool", "32.0 MiB, as CMA area 'pool', lent to movable pages"),
        ("dynamic", "16.0 MiB, kept out of the linear map"),
        ("huge", "nothing: no room was found for it"),
        ("misaligned", "got: [0x65100000-0x653fffff] 3.0 MiB, given back since: the kernel uses it"),
        ("kernel@40200000", "kernel text, there before"),
        ("child", "the kernel looks at the children of /reserved-memory only"),
    ],
)
def test_every_kind_of_node_is_told_what_became_of_it(release: str, node: str, became: str) -> None:
    lines = asked(odd(release), f"why {node}")
    assert lines[0].startswith("node: /reserved-memory/")
    assert any(became in line for line in lines), lines


def test_a_name_that_several_nodes_have_is_not_guessed() -> None:
    fdt = odd("6.1").fdt
    assert named_node(fdt, "fw") is named_node(fdt, "firmware")
    assert named_node(fdt, "nothing like it") is None
    with pytest.raises(
        ExplainError, match="'side' may be any of outside@200000000, outside-no-map@210000000"
    ):
        named_node(fdt, "side")


def test_who_has_what_memreserve_no_map_and_limits_leave() -> None:
    k = odd("6.1")
    assert (
        "reserved by /memreserve/ block, because of device tree /memreserve/" in asked(k, "who 0x50000000")[0]
    )
    limited = load_kernel(read_machine("virt-1g", {"cmdline": "mem=600M"}))
    boot(limited)
    (who,) = asked(limited, "who 0x70000000")
    assert who.startswith("0x70000000: removed by memory limit, because of command line mem=600M")


def test_what_separates_two_gaps_is_named() -> None:
    lines = asked(odd("6.1"), "why huge")
    betweens = [line.strip() for line in lines if line.strip().startswith("between: ")]
    assert (
        "between: [0x50000000-0x500fffff] 1.0 MiB: /memreserve/ block (device tree /memreserve/)" in betweens
    )
    assert any("device tree blob (the boot loader)" in line for line in betweens)
    nodes = load_kernel(read_machine("virt-2g-numa2", {"cmdline": "crashkernel=1900M"}))
    boot(nodes)
    (line,) = [line.strip() for line in asked(nodes, "why") if "between: " in line]
    assert line.startswith("between: [0x7ee00000-0x7fffffff] 18.0 MiB: 16.0 MiB page structs, ")
    assert line.endswith("a border between two regions of memblock at 0x80000000")
