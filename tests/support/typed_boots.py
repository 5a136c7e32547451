"""Boots whose expressions are looked at: an arm64 machine, a PC, a log; each boots once."""

from __future__ import annotations

from functools import cache

from booted_pc import EIGHT_GIB, loaded_pc
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot, debugger_of
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from opened_logs import DEBUGGED, opened


@cache
def board() -> ModelBoot:
    found = ModelBoot.of(read_machine("virt-1g"))
    found.run()
    return found


@cache
def pc() -> ModelBoot:
    found = ModelBoot(loaded_pc(EIGHT_GIB))
    found.run()
    return found


def on_board() -> CommandInterpreter:
    return CommandInterpreter(Debugger(board().trace, board().facts))


def on_pc() -> CommandInterpreter:
    return CommandInterpreter(Debugger(pc().trace, pc().facts))


def on_two_nodes() -> CommandInterpreter:
    return CommandInterpreter(_two_nodes())


@cache
def _two_nodes() -> Debugger:
    kernel = load_kernel(read_machine("virt-2g-numa2"))
    boot(kernel)
    return debugger_of(kernel)


def on_log() -> CommandInterpreter:
    replay = opened(DEBUGGED)
    replay.run()
    return CommandInterpreter(Debugger(replay.trace, replay.facts))


def says(commands: CommandInterpreter, *lines: str) -> str:
    """What the last of these lines says; none may be wrong."""
    said = ""
    for line in lines:
        result = commands.execute(line)
        assert not result.error, f"{line}: {result.text}"
        said = result.text
    return said


def complains(commands: CommandInterpreter, *lines: str) -> str:
    """What is wrong with the last of these lines."""
    says(commands, *lines[:-1])
    result = commands.execute(lines[-1])
    assert result.error, result.text
    return result.text


def value(commands: CommandInterpreter, *lines: str) -> str:
    """What ``print`` shows, without the number of the value."""
    return says(commands, *lines).partition(" = ")[2]
