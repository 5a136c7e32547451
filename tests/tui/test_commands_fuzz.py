"""Whatever is typed, kept or configured, there is an answer or a sentence: nothing that raises gets past the
commands, and nothing takes for ever.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 60.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.base.errors import InputError
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.debugger.expressions.parser import Expression
from bootstep.model.debugger.persistence import restore
from bootstep.model.debugger.position_names import PositionName, PositionNameError
from bootstep.tui.cli.keys import keys_by_pane
from bootstep.tui.draw.themes import THEMES
from bootstep.tui.settings.config import read_config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

some = settings(
    max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = [
    *("0", "1", "-1", "0x40000000", "1M", "64K", "9" * 5000, "0x" + "f" * 5000, "1e400", "2**63", "1" * 80),
    *("max_pfn", "size", "memblock_reserve", "paging_init", "nothing", "$", "$1", "__pa(", "phys_to_virt(0)"),
    *(
        "(" * 300,
        ")" * 9,
        "-" * 3000,
        "not " * 900,
        "1+" * 2000,
        "[",
        "]",
        "{",
        "}",
        "{size}",
        '"',
        "'",
        "if",
    ),
    *(
        "==",
        "<<",
        ">>",
        "128",
        "/",
        "%",
        "0,",
        ",",
        ".",
        "..",
        ":",
        "#",
        "#1",
        "+3",
        "›",
        "/x",
        "/999999999x",
    ),
    *(
        "op:add",
        "log:Memory",
        "zone DMA",
        "section 5",
        "pfn 1",
        "\x1b[2J",
        "é",
        "\0",
        "\u202e",
        "\udcff",
        " ",
    ),
    *(
        "at end",
        "end",
        "start",
        "*0x40210000",
        "init.c:60",
        "50%",
        "999%",
        "mem=",
        "ram",
        "in [1,2)",
        "in {1}",
    ),
]
words = st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec=None), max_size=6), max_size=5)


@cache
def debugger() -> Debugger:
    kernel = load_kernel(read_machine("virt-512m"))
    boot(kernel)
    return debugger_of(kernel)


@cache
def commands() -> CommandInterpreter:
    return CommandInterpreter(debugger())


COMMANDS = [command.name for command in commands().commands]


@pytest.mark.slow
@some
@given(st.sampled_from(COMMANDS), words, st.sampled_from(["", " "]))
def test_any_command(command: str, rest: list[str], between: str) -> None:
    commands().execute("delete")
    line = f"{command} {between.join(rest)}"
    result = commands().execute(line)
    assert result.error in (True, False)
    assert not result.error or len(result.text) < 700
    commands().complete(line)


@pytest.mark.slow
@some
@given(words, st.sampled_from(["", " "]))
def test_any_condition(parts: list[str], between: str) -> None:
    """Set on what stops at once; a condition that cannot be evaluated is told of where it stops."""
    commands().execute("delete")
    commands().execute("goto start")
    commands().execute(f"break memblock_reserve if {between.join(parts)}")
    commands().execute(f'dprintf memblock_add, "{{{between.join(parts)}}}"')
    commands().execute("continue")


@pytest.mark.slow
@some
@given(words, st.sampled_from(["", " ", "(", "*"]))
def test_any_expression(parts: list[str], between: str) -> None:
    try:
        tree = Expression.parse(between.join(parts))
        tree.evaluate(_scope())
    except ExpressionError as error:
        assert str(error)


def _scope() -> Any:
    from bootstep.model.debugger.expressions.nodes import Scope

    return Scope({"max_pfn": 0x80000, "size": 4096}.__getitem__, {"double": lambda a: a << a})


@pytest.mark.slow
@some
@given(words)
def test_any_position(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        debugger().position_names.find(text)
    except PositionNameError as error:
        assert str(error)
    with pytest.raises(PositionNameError, match="characters"):
        PositionName.parse(text + "a" * 3000)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(PIECES) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["breakpoints", "bookmarks", "spec", "condition", "ignore", "message", "a"]),
            inner,
        )
    ),
    max_leaves=8,
)


@pytest.mark.slow
@some
@given(values, values)
def test_anything_that_was_kept(first: Any, second: Any) -> None:
    kept = {"breakpoints": [first, {"spec": second}, {"spec": "paging_init", "condition": second}]}
    for data in (
        first,
        kept,
        {**kept, "bookmarks": {"a": second}},
        {"breakpoints": first, "bookmarks": second},
    ):
        for complaint in restore(debugger(), data):
            assert complaint
    commands().execute("continue")
    commands().execute("delete")


@pytest.mark.slow
@some
@given(
    st.lists(
        st.sampled_from(['theme = "dark"', "speed = ", "[keys]", "step = ", "kernel-source = ", *PIECES])
    )
)
def test_any_configuration(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        read_config(path, keys_by_pane(), THEMES)
    except InputError as error:
        assert str(path) in str(error)


@pytest.mark.parametrize("value", ["1", "[]", "{}", '"x"', "[[[[1]]]]", "9" * 4000, "nan", "1e400", "-1"])
@pytest.mark.parametrize(
    "entry", ["theme", "speed", "keys", "kernel-source", "keys.step", 'keys."log.level"']
)
def test_entries_of_any_type(tmp_path: Path, entry: str, value: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"{entry} = {value}\n")
    try:
        read_config(path, keys_by_pane(), THEMES)
    except InputError as error:
        assert str(path) in str(error)


def test_limits_are_told() -> None:
    for expression, sentence in (
        ("(" * 26 + "1" + ")" * 26, "25 brackets in each other"),
        ("1+" * 300 + "1", "at most 400 words"),
        ("1" + "+1" * 3000, "has at most 4000 characters, not 6001"),
        ("1 << 128 << 128", "a number of more than 256 bits"),
    ):
        answer = commands().execute(f"print {expression}")
        assert answer.error
        assert sentence in answer.text or "at most 4000 characters" in answer.text
    assert json.dumps(commands().execute("x" * 5000).text)
