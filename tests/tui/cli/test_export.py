"""``bootstep export``: what it writes, where to, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from balanced_html import Balance
from command import run
from jsonschema import Draft202012Validator
from opened_logs import DEBUGGED
from sweeps import sweep

FORMATS = ("perfetto", "svg", "html", "json")


def process(*words: str, shell: str = "") -> subprocess.CompletedProcess[str]:
    """A real process; `shell` redirects it."""
    command = f'"{sys.executable}" -m bootstep.tui.cli.main export "$@" {shell}'
    return subprocess.run(
        ["bash", "-c", command, "bash", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_gets_what_would_be_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    status, out, err = run(capsys, "export", "virt-512m", "--format", form)
    assert (status, err) == (0, "")
    assert run(capsys, "export", "virt-512m", "--format", form, "-o", str(tmp_path / "x")) == (0, "", "")
    assert (tmp_path / "x").read_text(encoding="utf-8") == out
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_formats_are_what_they_are_called(capsys: pytest.CaptureFixture[str]) -> None:
    out = {form: run(capsys, "export", "pc-2g", "--format", form)[1] for form in FORMATS}
    assert json.loads(out["perfetto"])["otherData"]["machine"] == "pc-2g"
    assert ET.fromstring(out["svg"]).tag.endswith("svg")
    Balance(out["html"].removeprefix("<!DOCTYPE html>"))
    assert json.loads(out["json"])["states"][0]["machine"]["arch"] == "x86_64"


def test_the_schema_is_printed_and_kept_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "dmesg.txt").write_text(DEBUGGED)
    schema = json.loads(run(capsys, "export", "--schema")[1])
    for machine in ("virt-512m", "pc-2g", str(tmp_path / "dmesg.txt")):
        _, out, _ = run(capsys, "export", machine, "--format", "json", "--at", "start", "--at", "end")
        Draft202012Validator(schema).validate(json.loads(out))
        assert len(json.loads(out)["states"]) == 2


def test_states_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("virt-512m", "--beside", "pc-2g", "--at", "paging_init", "--at", "end")
    _, out, _ = run(capsys, "export", *words, "--format", "json")
    whole = json.loads(out)["states"]
    assert [(each["machine"]["name"], each["moment"]) for each in whole] == [
        ("virt-512m", "paging_init:return"),
        ("virt-512m", "end"),
        ("pc-2g", "paging_init:return"),
        ("pc-2g", "end"),
    ]
    _, out, _ = run(capsys, "export", *words, "--format", "svg")
    texts = ["".join(each.itertext()) for each in ET.fromstring(out).iter("{http://www.w3.org/2000/svg}text")]
    assert (texts.count("virt-512m"), texts.count("pc-2g"), texts.count("end")) == (2, 2, 2)


DIRECTIONS = "up", "down"


def test_the_other_direction_is_another_picture(capsys: pytest.CaptureFixture[str]) -> None:
    up, down = (
        run(capsys, "export", "virt-512m", "--format", "svg", "--direction", each)[1] for each in DIRECTIONS
    )
    assert up == run(capsys, "export", "virt-512m", "--format", "svg")[1] != down


def test_options_change_the_machine_but_not_the_one_beside(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("virt-512m", "--beside", "virt-512m", "--cmdline", "mem=256M", "--format", "json")
    left, right = json.loads(run(capsys, "export", *words)[1])["states"]
    sizes = [each["state"]["memblock"]["memory"]["total_size"] for each in (left, right)]
    assert sizes == ["0x10000000", "0x20000000"]


@pytest.mark.parametrize("form", sweep(FORMATS, "perfetto"))
def test_who_has_seen_enough_ends_it_quietly(form: str) -> None:
    done = process("virt-512m", "--format", form, shell='| head -n 1; exit "${PIPESTATUS[0]}"')
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.slow
def test_two_runs_write_the_same_bytes() -> None:
    for form in FORMATS:
        assert process("virt-1g", "--format", form).stdout == process("virt-1g", "--format", form).stdout


@pytest.mark.parametrize("form", sweep(FORMATS, "html"))
def test_no_textual_is_loaded(form: str) -> None:
    program = (
        "import sys; from bootstep.tui.cli.main import main\n"
        f"status = main(['export', 'virt-512m', '--format', {form!r}])\n"
        "print(status, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    status, *modules = done.stderr.split()
    assert status == "0"
    assert not {"textual", "rich"} & set(modules)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "expected MACHINE"),
        (("virt-512m",), "expected --format"),
        (("virt-512m", "--format", "png"), "invalid choice: 'png'"),
        (("nope", "--format", "svg"), "nope: there is no such file"),
        (
            ("virt-512m", "--format", "svg", "--at", "nope"),
            "--at nope:return: virt-512m: this boot never calls nope",
        ),
        (("virt-512m", "--format", "svg", "--at", "1 2"), "is no position"),
        (("virt-512m", "--format", "perfetto", "--at", "end"), "--at: --format perfetto has one whole boot"),
        (("virt-512m", "--format", "perfetto", "--beside", "pc-2g"), "--beside: --format perfetto has one"),
        (("virt-512m", "--format", "json", "--direction", "up"), "--direction is for a map"),
        (("virt-512m", "--format", "svg", "--beside", "nope"), "nope: there is no such file"),
        (("virt-512m", "--format", "svg", *["--at", "end"] * 17), "at most 16 states stand side by side"),
        (
            ("virt-512m", "--format", "svg", "-o", "/nowhere/x.svg"),
            "/nowhere/x.svg: no such file or directory",
        ),
        (("virt-512m", "--format", "svg", "-o", "/"), "/: this is a directory"),
        (("virt-512m", "--format", "svg", "-o", "a\0b"), "cannot be written to"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = run(capsys, "export", *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_file_that_is_there_stays_unless_it_is_forced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "map.svg"
    path.write_text("mine")
    status, _, err = run(capsys, "export", "virt-512m", "--format", "svg", "-o", str(path))
    assert (status, path.read_text()) == (2, "mine")
    assert "is there already, --force writes over it" in err
    assert run(capsys, "export", "virt-512m", "--format", "svg", "-o", str(path), "--force")[0] == 0
    assert path.read_text().startswith("<svg")
    assert [each.name for each in tmp_path.iterdir()] == ["map.svg"]


def test_a_full_disk_is_told_in_a_sentence() -> None:
    done = process("virt-512m", "--format", "perfetto", shell="> /dev/full")
    assert done.returncode == 2
    assert done.stderr == "bootstep: standard output: no space left on device\n"
