"""What a person says of a live kernel, and what is told of its recording.  Covers options.py, report.py."""

from __future__ import annotations

import msgspec
from bootstep.boots.live.options import LiveOptions, Stub, Watched
from bootstep.boots.live.report import Ending, LiveReport

USUAL = ("memblock_add_range", "memblock_remove_range", "paging_init")


def test_a_stub_is_named_by_its_path_or_by_host_and_port() -> None:
    assert str(Stub("/tmp/x/gdb")) == "/tmp/x/gdb"
    assert str(Stub(port=1234)) == "127.0.0.1:1234"


def test_the_usual_functions_are_watched_unless_others_are_named() -> None:
    assert Watched().chosen(USUAL) == USUAL
    assert Watched(only=("setup_arch",)).chosen(USUAL) == ("setup_arch",)
    assert Watched(more=("setup_arch", "paging_init")).chosen(USUAL) == (*USUAL, "setup_arch")
    assert Watched(without=("paging_init",), more=("cma_init",)).chosen(USUAL) == (*USUAL[:2], "cma_init")


def test_a_boot_is_recorded_until_the_handover_unless_said() -> None:
    options = LiveOptions(Stub("/tmp/gdb"), "vmlinux")
    assert (options.until, options.time_limit, options.functions) == ("memblock_free_all", None, Watched())


def test_a_report_is_plain_data() -> None:
    report = LiveReport(Ending.PANIC, "Kernel panic - not syncing: no memory", stops=3)
    told = msgspec.to_builtins(report)
    assert told["ending"] == "panic" and told["stops"] == 3 and told["moved"] is None
