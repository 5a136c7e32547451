"""``bootstep dap`` on the command line, and the snippets that people copy for their editors."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.dap import open_source
from bootstep.tui.cli.main import main
from bootstep.tui.dap.arguments import LaunchArguments
from bootstep.tui.dap.session import Session
from dap_client import PROGRAM, EditorGone, connected, inside, started

ROOT = Path(__file__).parents[3]


def guide() -> str:
    """Where the section on editors stands."""
    section = ROOT / "README-dap.md"
    return (section if section.is_file() else ROOT / "README.md").read_text()


def configurations() -> list[dict[str, Any]]:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", guide(), re.DOTALL)]
    (found,) = [block["configurations"] for block in blocks if "configurations" in block]
    return found


@pytest.mark.parametrize("port", ["x", "-1", "65536", "99999999", "", "²"])
def test_a_port_is_a_number(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert main(("dap", f"--port={port}")) == 2
    assert "--port" in capsys.readouterr().err


def test_nothing_of_textual_is_loaded() -> None:
    program = PROGRAM.replace("sys.exit(main())", "main(); print(*sys.modules, file=sys.stderr)")
    done = subprocess.run(
        [sys.executable, "-c", program, "dap"], input=b"", capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b""
    assert b"bootstep.tui.dap.adapter" in done.stderr
    assert not {b"textual", b"rich"} & set(done.stderr.split())


def test_a_port_of_this_computer_serves_one_client_after_the_other() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "dap", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", server.stderr.readline())
        assert found is not None
        with connected(int(found[1])) as editor:
            assert editor.initialize()["success"]
            assert editor.raw("launch", {"machine": "virt-512m", "at": "paging_init"})["success"]
            editor.request("disconnect")
            editor.until("exited")
            with pytest.raises(EditorGone):
                while True:
                    editor.take()
        with connected(int(found[1])) as editor:
            editor.initialize()
            assert editor.raw("attach", {"name": "later"})["success"]
            assert editor.request("stack_trace", 1)["stackFrames"][0]["name"] == "paging_init"
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 130


def test_nothing_but_messages_comes_out() -> None:
    """Reading a bad log says things; they go where the editor does not read."""
    with started() as editor:
        editor.initialize()
        response = editor.raw("launch", {"machine": __file__})
        assert not response["success"]
        assert editor.raw("launch", {"machine": "virt-512m"})["success"]
        editor.request("disconnect")


@pytest.mark.parametrize(
    "options", [["--memblock-debug"], {"memblock_debug": True}, {"memblock-debug": True}]
)
def test_options_are_those_of_the_command_line(options: Any) -> None:
    source = open_source(LaunchArguments(machine="virt-512m", options=options))
    source.run()
    assert any("memblock_reserve" in source.trace.log_text(event) for event in source.trace.logs)


def test_an_option_that_is_off_is_not_given() -> None:
    open_source(LaunchArguments(machine="virt-512m", options={"memblock_debug": False}))


@pytest.mark.parametrize(
    "asked",
    [
        LaunchArguments(machine="-"),
        LaunchArguments(machine="virt-512m", options=["--help"]),
        LaunchArguments(machine="virt-512m", options={"no_such": 1}),
        LaunchArguments(machine="--kernel"),
        LaunchArguments(machine="virt-512m", options=["pc-2g"]),
    ],
)
def test_what_names_no_boot_is_told(asked: LaunchArguments) -> None:
    with pytest.raises(InputError):
        open_source(asked)


@pytest.mark.parametrize("configuration", configurations(), ids=lambda each: each["name"])
def test_the_configurations_that_people_copy_are_taken(configuration: dict[str, Any]) -> None:
    session = Session(open_source)
    with inside(session) as editor:
        editor.initialize()
        assert editor.raw(configuration["request"], configuration)["success"]
        editor.request("configuration_done")
        description = editor.until("stopped")["description"]
        assert description == f"at {configuration.get('at', 'start')}"
