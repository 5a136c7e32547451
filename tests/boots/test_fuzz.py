"""Whatever the device tree and the command line say, there is a boot or one clear sentence, and an end.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 60.
"""

import gzip
import os
from pathlib import Path

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.trace.events import Trace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

CASES = Path(__file__).parents[1] / "data" / "oracle" / "6.1-4k48"
BOARDS = [
    gzip.decompress((CASES / name / "board.dtb.gz").read_bytes())
    for name in ("resv-dynamic", "resv-cma", "numa2", "dma-ranges", "memreserve", "usable-range", "hotplug")
]
NAMES = [
    "mem",
    "cma",
    "crashkernel",
    "kernelcore",
    "movablecore",
    "numa",
    "memtest",
    "log_buf_len",
    "nr_cpus",
    "percpu_alloc",
    "dhash_entries",
    "swiotlb",
    "rodata",
    "hashdist",
    "page_owner",
    "init_on_alloc",
    "debug_pagealloc",
    "movable_node",
    "possible_cpus",
    "initrd",
    "initrdmem",
    "earlycon",
    "hugetlb_cma",
    "hugepages",
    "hugepagesz",
    "default_hugepagesz",
    "numa_cma",
    "ignore_loglevel",
    "ihash_entries",
    "memmap",
    "nokaslr",
    "cma_pernuma",
    "kfence.sample_interval",
    "slub_debug",
    "memblock",
    "acpi",
    "efi",
]
VALUES = [
    "0",
    "1",
    "-1",
    "64M",
    "600M",
    "1G",
    "2G",
    "50%",
    "100%",
    "mirror",
    "off",
    "on",
    "full",
    "fake=4",
    "128M@0x60000000",
    "256M,high",
    "128M,low",
    "foo",
    "1M-2G:64M,2G-:128M",
    "0x7fffffff",
    "18446744073709551615",
    "99999999999999999999",
    "1T",
    ",",
    ":",
    "@",
    "-",
    "64M@",
    "debug",
    "page",
    "17",
    "0:2,1:3",
    "0-64M@1G",
    "pl011,0x9000000",
]
words = st.builds("{}={}".format, st.sampled_from(NAMES), st.sampled_from(["", *VALUES])) | st.sampled_from(
    NAMES
)
command_lines = st.lists(words, max_size=6).map(" ".join)
flips = st.lists(st.tuples(st.integers(0, 1 << 20), st.sampled_from([0, 1, 0x40, 0x80, 0xFF])), max_size=12)
some = settings(
    max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def short_traces(monkeypatch):
    """Boots that would be endless end early: a mutated board may have petabytes."""
    monkeypatch.setattr(Trace, "MOST_EVENTS", 200_000)


def boot_or_sentence(path, options):
    """Boot what lies at `path` and format its log; an input error must be a single line."""
    try:
        kernel = load_kernel(read_machine(str(path), options))
        boot(kernel)
    except InputError as refused:
        assert "\n" not in str(refused)
        return
    for event in kernel.trace.logs:
        kernel.trace.log_text(event)


@some
@given(st.sampled_from(BOARDS), command_lines)
def test_any_command_line_boots_or_is_refused(tmp_path_factory, short_traces, board, command_line):
    path = tmp_path_factory.getbasetemp() / "fuzz-cmdline.dtb"
    path.write_bytes(board)
    boot_or_sentence(path, {"cmdline": command_line})


@some
@given(st.sampled_from(BOARDS), flips)
def test_any_damaged_board_boots_or_is_refused(tmp_path_factory, short_traces, board, changes):
    raw = bytearray(board)
    for at, value in changes:
        raw[at % len(raw)] = value
    path = tmp_path_factory.getbasetemp() / "fuzz-board.dtb"
    path.write_bytes(raw)
    boot_or_sentence(path, {})
