"""What people type who know gdb: whole sessions on a board and on a PC, with what is answered.

The sessions are `tests/data/gdb/*.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger

DATA = Path(__file__).parents[3] / "data/gdb"
PROMPT = "(gdb) "


def session(name: str) -> list[tuple[str, list[str]]]:
    """The lines that are typed, each with the beginnings of the lines of its answer."""
    found: list[tuple[str, list[str]]] = []
    for line in (DATA / f"{name}.txt").read_text().splitlines():
        if line.startswith(PROMPT):
            found.append((line.removeprefix(PROMPT), []))
        elif not line.startswith("# "):
            found[-1][1].append(line)
    return found


def begins_like(line: str, expected: str) -> bool:
    return re.match(".*".join(map(re.escape, expected.split("…"))), line) is not None


def missing(answer: str, expected: list[str]) -> Iterator[str]:
    """The lines that are expected, and are not there in that order."""
    lines = iter(answer.splitlines() or [""])
    return (each for each in expected if not any(begins_like(line, each) for line in lines))


@pytest.mark.parametrize("name", ["virt-1g", "pc-2g"])
def test_what_people_type_who_know_gdb(name: str) -> None:
    boot = ModelBoot(load_kernel(read_machine(name)))
    boot.run()
    commands = CommandInterpreter(Debugger(boot.trace, boot.facts))
    commands.debugger.locals_at = boot.locals_at
    wrong: list[str] = []
    for line, expected in session(name):
        answer = commands.execute(line)
        wrong += (
            f"({line}) {each!r} is not in: {answer.text[:200]}" for each in missing(answer.text, expected)
        )
    assert not wrong


def test_sessions_are_long_and_expect_something() -> None:
    lines = [each for name in ("virt-1g", "pc-2g") for each in session(name)]
    assert len(lines) > 120
    assert sum(1 for _, expected in lines if any(expected)) > 120
