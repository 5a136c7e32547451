"""Two identical runs of a command print identical bytes, whatever seed Python hashes strings with; and what
is JSON has one form."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from bootstep.tui.cli.main import main

COMMANDS = (
    ("log", "virt-2g-numa2", "--memblock-debug"),
    ("log", "server-8g", "--cmdline", "efi=debug crashkernel=128M cma=64M"),
    ("state", "phone-4g", "--at", "end", "--at", "paging_init", "--format", "json"),
    ("state", "virt-1g-6.12", "--at", "end", "--format", "text"),
    ("state", "phone-4g", "--at", "end", "--format", "iomem"),
    ("state", "phone-4g", "--at", "end", "--format", "memblock"),
    ("diff", "virt-1g", "--add", "mem=600M numa=off"),
    ("diff", "virt-1g", "virt-1g-6.12"),
    ("image", "virt-1g"),
    ("ledger", "virt-1g-64k", "--format", "json"),
    ("why", "virt-1g-64k", "--format", "json"),
    ("regions", "pc-8g", "--format", "json"),
    ("events", "virt-512m", "--format", "json"),
    ("machines",),
    ("keys",),
)
ANSWERS = (
    "ledger",
    "history 0x48000000",
    "x 0x48000000",
    "info variables",
    "info owners",
    "why",
    "info zones",
)
SCRIPT = """
import sys
from bootstep.tui.cli.main import main
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.init.main import boot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
commands, answers = eval(sys.stdin.read())
for words in commands:
    print("$", *words)
    print(main(words))
kernel = load_kernel(read_machine("phone-4g"))
boot(kernel)
debugger = debugger_of(kernel)
debugger.end()
for words in answers:
    print(":", words)
    print(CommandInterpreter(debugger).execute(words).text)
"""


def printed(seed: str) -> tuple[bytes, bytes]:
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=repr((COMMANDS, ANSWERS)).encode(),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    return found.stdout, found.stderr


@pytest.mark.slow
def test_every_command_prints_the_same_whatever_the_seed() -> None:
    one, other = printed("1"), printed("2")
    for words in (*COMMANDS, *ANSWERS):
        assert (" ".join(words) if isinstance(words, tuple) else words).encode() in one[0]
    assert one[0].splitlines() == other[0].splitlines()
    assert one[1].splitlines() == other[1].splitlines()


ADDRESS = re.compile(
    r"base|size|pa|pa_first|pa_start|va_start|va_end|va_first|.*_(pa|addr|limit|size|start|end|memory|voffset|offset)|section_mem_map|subsection_map"
)
COUNT = re.compile(r".*(pfn|pages|cnt|count|_ids|_cells|bits|spanned|present|managed|nid|index|level)")


def values(data: Any, name: str = "") -> list[tuple[str, Any]]:
    """Every value of some JSON, with its name; the keys of objects are sorted."""
    if isinstance(data, dict):
        assert list(data) == sorted(data)
        return [pair for key, value in data.items() for pair in values(value, key)]
    if isinstance(data, list):
        return [pair for value in data for pair in values(value, name)]
    return [(name, data)]


def test_addresses_are_strings_and_counts_are_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("state", "virt-2g-numa2", "--at", "end", "--format", "json")) == 0
    found = values(json.loads(capsys.readouterr().out))
    addresses = [value for name, value in found if ADDRESS.fullmatch(name)]
    counts = [(name, value) for name, value in found if COUNT.fullmatch(name)]
    assert len(addresses) > 100 and all(re.fullmatch(r"-?0x[0-9a-f]+", value) for value in addresses)
    assert len(counts) > 50
    assert [(name, value) for name, value in counts if not isinstance(value, int)] == []
