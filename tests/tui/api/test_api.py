"""``import bootstep``.

Covers boot.py, opening.py, comparing.py, shipped.py.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import bootstep
import pytest
from balanced_html import Balance
from bootstep.model.text.states_json import schema_text
from bootstep.tui.cli.main import main
from jsonschema import Draft202012Validator
from opened_logs import DEBUGGED, PANICS

EXAMPLE = Path(__file__).with_name("example.py")
NEW_PROCESS = """
import sys
{0}
print(*sys.modules)
"""


def modules_after(program: str) -> set[str]:
    """The modules that a process has when it has run a program."""
    words = [sys.executable, "-c", NEW_PROCESS.format(program)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def log_file(directory: Path, text: str = DEBUGGED) -> Path:
    path = directory / "dmesg.txt"
    path.write_text(text)
    return path


# ---- what is loaded ----


def test_importing_it_loads_nothing_else() -> None:
    loaded = modules_after("import bootstep")
    assert {name for name in loaded if name.split(".")[0] == "bootstep"} == {"bootstep"}
    assert "argparse" not in loaded


@pytest.mark.slow
def test_using_it_loads_no_textual() -> None:
    program = (
        "import bootstep; a = bootstep.boot('virt-512m'); b = bootstep.boot('virt-512m', add='mem=256M')\n"
        "a._repr_html_(), a.log._repr_html_(), a.events._repr_html_(), a.at('end')._repr_html_()\n"
        "bootstep.diff(a, b)._repr_html_(), bootstep.machines()._repr_html_(), a.commands(), a.debugger()"
    )
    assert not {name.split(".")[0] for name in modules_after(program)} & {"textual", "rich"}


@pytest.mark.slow
def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLE))
    assert "memblock_reserve [0x48000000-0x480fffff] 1.0 MiB" in capsys.readouterr().out


def test_every_name_is_there() -> None:
    for name in bootstep.__all__:
        assert getattr(bootstep, name).__doc__
        assert name in dir(bootstep)
    with pytest.raises(AttributeError, match="module 'bootstep' has no attribute 'bot'"):
        _ = bootstep.bot  # type: ignore[attr-defined]


# ---- what is opened ----


def test_options_are_those_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    for options, words in (
        (
            {"cmdline": "cma=32M", "load_address": 0x40400000},
            ["--cmdline", "cma=32M", "--load-address", "0x40400000"],
        ),
        ({"memblock_debug": True, "cpus": 2}, ["--memblock-debug", "--cpus", "2"]),
        ({"memblock_debug": False, "cmdline": None}, []),
    ):
        assert main(["log", "virt-512m", *words]) == 0
        printed = capsys.readouterr().out.splitlines()
        assert list(bootstep.boot("virt-512m", **options).log) == printed


def test_a_boot_is_varied_as_diff_does_it() -> None:
    varied = bootstep.boot("virt-512m", ram="1G", add="mem=600M")
    assert varied.at("setup_machine_fdt").memblock.memory.total_size == 1 << 30
    assert varied.at("end").memblock.memory.total_size == 600 << 20
    nodes = ["/reserved-memory/a@50000000 { reg = <0 0x50000000 0 0x1000>; };"]
    reserved = bootstep.boot("virt-512m", node=nodes).at("end").memblock.reserved
    assert any(region.owned and region.base <= 0x50000000 < region.end for region in map(_Owned, reserved))


class _Owned:
    def __init__(self, region: bootstep.RegionView) -> None:
        self.base, self.end = region.base, region.end
        self.owned = any("a@50000000" in share.name for share in region.owners)


def test_files_are_named_by_paths(tmp_path: Path) -> None:
    log = bootstep.boot(log_file(tmp_path), page_size="4K")
    assert log.facts.kind == "a kernel log"
    assert log.notes and not any(note.startswith("bootstep") for note in log.notes)
    log.save(tmp_path / "kept.trace")
    kept = bootstep.boot(tmp_path / "kept.trace")
    assert list(kept.log) == list(log.log) == DEBUGGED.splitlines()
    assert kept.at("end").memblock.reserved == log.at("end").memblock.reserved


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bootstep.boot(log_file(tmp_path)).at("end").svg()
    bootstep.boot("broken-1g").log.grep("cma")
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize(
    ("machine", "options", "sentence"),
    [
        ("nope", {}, "nope: there is no such file, and no shipped machine of this name"),
        ("virt-1g", {"cmdlin": "x"}, "boot() has no option 'cmdlin'; did you mean cmdline"),
        ("virt-1g", {"ram": "zz"}, "'zz' is not a size"),
        ("virt-1g", {"e820": "x"}, "x"),
        ("-", {}, "standard input is for the command line"),
        ("--help", {}, "--help: there is no such file"),
        ("virt-1g", {"boot": 2}, "--boot cannot change it"),
    ],
)
def test_what_cannot_be_booted_is_told_in_a_sentence(
    machine: str, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(bootstep.InputError) as told:
        bootstep.boot(machine, **options)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_an_option_that_a_log_has_no_use_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(bootstep.InputError, match="is a kernel log: --cmdline"):
        bootstep.boot(log_file(tmp_path), cmdline="x")


# ---- what is seen ----


@pytest.fixture(scope="module")
def boot() -> bootstep.Boot:
    return bootstep.boot("virt-512m")


def test_positions_are_names_numbers_and_events(boot: bootstep.Boot) -> None:
    call = boot.events.calls("paging_init")[0]
    assert boot.at(call).position == call.number
    assert boot.at("paging_init:entry").position == call.number + 1
    assert boot.at("paging_init").position == boot.at("paging_init:return").position == (call.end or 0) + 1
    assert boot.at(5).position == 5
    assert boot.at(boot.at(1000).name).position == 1000
    assert boot.at("start").position == 0 and boot.at("end").position == len(boot.events)


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        ("pging_init", "this boot never calls pging_init; did you mean paging_init"),
        (-1, "position -1: virt-512m has positions 0 to"),
        (1 << 40, "position 1099511627776: virt-512m has positions 0 to"),
        ("a b c", "is no position"),
        ("log:no such line", "no line of this boot's log has"),
    ],
)
def test_a_position_that_there_is_not_is_told(
    boot: bootstep.Boot, position: str | int, sentence: str
) -> None:
    with pytest.raises(bootstep.InputError) as told:
        boot.at(position)
    assert sentence in str(told.value)


def test_the_log_is_that_of_the_command_line(boot: bootstep.Boot, capsys: pytest.CaptureFixture[str]) -> None:
    main(["log", "virt-512m"])
    assert str(boot.log) + "\n" == capsys.readouterr().out


def test_debuggers_move_alone(boot: bootstep.Boot) -> None:
    view, one, other = boot.at("paging_init"), boot.debugger(), boot.debugger()
    one.end()
    other.until("sparse_init")
    assert boot.commands().debugger.position == 0
    assert view.json()["memblock"]["reserved"]["cnt"] == len(view.memblock.reserved)
    assert one.position == len(boot.events) != other.position


def test_a_comparison_stays_where_it_was_made(boot: bootstep.Boot) -> None:
    other = bootstep.boot("virt-512m", add="mem=256M")
    found = bootstep.diff(boot, other, at="paging_init")
    boot.at("end"), other.at("end")
    assert "256.0 MiB" in str(found)
    assert found.at == (boot.position("paging_init"), other.position("paging_init"))
    crossed = bootstep.diff(boot, boot, at="paging_init", to="end")
    assert crossed and crossed.first is None


def test_logs_are_compared_whole(tmp_path: Path) -> None:
    log = bootstep.boot(log_file(tmp_path))
    assert not bootstep.diff(log, log)
    (tmp_path / "other.txt").write_text(DEBUGGED.replace("Reserved 64 MiB", "Reserved 32 MiB"))
    assert "CMA" in str(bootstep.diff(log, bootstep.boot(tmp_path / "other.txt")))


def test_a_boot_that_ends_early_says_so(tmp_path: Path, boot: bootstep.Boot) -> None:
    panics = bootstep.boot(log_file(tmp_path, PANICS))
    assert panics.panic.startswith("the kernel panicked: ")
    assert panics.panic in repr(panics)
    assert boot.panic == ""


def test_documents_keep_to_the_schema(boot: bootstep.Boot) -> None:
    schema = json.loads(schema_text())
    states = [boot.at(position).document() for position in ("paging_init", "end")]
    Draft202012Validator(schema).validate({"format": "bootstep-states", "version": 1, "states": states})
    assert states[0]["moment"] == "paging_init:return"


def test_a_file_that_is_no_recorded_boot_is_not_written_over(boot: bootstep.Boot, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(bootstep.InputError, match="is no recorded boot, it is not written over"):
        boot.save(tmp_path / "x")
    assert (tmp_path / "x").read_text() == "mine"


# ---- in notebooks ----


def test_it_shows_itself(boot: bootstep.Boot) -> None:
    machines = bootstep.machines()
    for each in (boot, boot.log, boot.events, machines, bootstep.diff(boot, boot)):
        Balance(each._repr_html_())
        assert repr(each)
    assert "<svg" in boot._repr_html_()
    assert [each.name for each in machines][:2] == ["broken-1g", "broken-pc-2g"]
    assert str(machines[0]) == machines[0].name and len(machines[:3]) == 3
