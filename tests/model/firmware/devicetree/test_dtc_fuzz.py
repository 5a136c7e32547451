"""Whatever a device tree source says, it compiles or is refused in a sentence with its line, in bounded time
and memory.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 100.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.dtc_numbers import DEEPEST
from bootstep.model.firmware.devicetree.dtc_words import MOST_TEXT
from bootstep.model.firmware.devicetree.tree import MAX_DEPTH, DeviceTree
from hypothesis import example, given, settings
from hypothesis import strategies as st

BOARDS = Path(__file__).parents[3] / "data" / "boards"
SOURCES = [path.read_text() for path in sorted(BOARDS.glob("*.dts"))]
WORDS = [
    *(
        "/dts-v1/;",
        "/ {",
        "};",
        "node@1 {",
        "l: n {",
        "&l {",
        "&{/n} {",
        "p;",
        "a = ",
        ";",
        ",",
        "<",
        ">",
        "&l",
    ),
    *(
        "/include/",
        '"x"',
        "/memreserve/ 1 2;",
        "/delete-node/ n;",
        "/delete-node/ &l;",
        "/delete-property/ a;",
    ),
    *(
        "/bits/ 64",
        "/bits/ 7",
        "[00 ff]",
        "[",
        "]",
        "(",
        ")",
        "1",
        "089",
        "0x",
        "0xffffffffffffffffff",
        "'a'",
    ),
    *(
        "'\\8'",
        "'é'",
        "'",
        '"\\x"',
        '"\\8\\377\\400"',
        '"',
        "-",
        "~",
        "!",
        "<<",
        ">>",
        "/",
        "%",
        "&&",
        "?",
        ":",
    ),
    *("/*", "*/", "//", "\n", "#include", "9" * 5000, "(" * 300, "n{" * 100, "-" * 5000, "é", "\0", "\x85"),
]
some = settings(max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "100")))
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(WORDS)), max_size=8)


def compiled_or_refused(text: str, files: dict[str, str] | None = None) -> DeviceTree | None:
    def include(name: str) -> str:
        try:
            return (files or {})[name]
        except KeyError:
            raise InputError(f"{name}: no such file") from None

    try:
        return compile_dts(text, "x.dts", include)
    except InputError as refused:
        assert str(refused).count(": ") >= 1
        return None


@pytest.mark.slow
@some
@given(st.sampled_from(SOURCES), edits)
def test_any_damaged_source(source: str, changes: list[tuple[float, int, str]]) -> None:
    for where, cut, word in changes:
        at = int(where * len(source))
        source = source[:at] + word + source[at + cut :]
    compiled_or_refused(source)


@pytest.mark.slow
@some
@given(st.lists(st.sampled_from(WORDS), max_size=40))
@example(["/", "{", "a", "=", "<(", "'é'", ")>", ";", "};"])
def test_any_words(words: list[str]) -> None:
    text = " ".join(words)
    compiled_or_refused(text)
    compiled_or_refused(f"/ {{ l: n {{ }}; a = <({text})>; }};")
    compiled_or_refused(f"/ {{ l: n {{ }}; {text} }};", {"x": text})


def refusal(text: str, files: dict[str, str] | None = None) -> str:
    with pytest.raises(InputError) as refused:
        compile_dts(text, "x.dts", (files or {}).__getitem__)
    return str(refused.value)


def test_what_has_bounds() -> None:
    deep = "n {" * MAX_DEPTH + "};" * MAX_DEPTH
    assert refusal(f"/ {{ {deep} }};") == (
        "x.dts: line 1: nodes are nested more than 64 deep, the kernel reads no deeper"
    )
    assert compiled_or_refused(f"/ {{ {'n {' * (MAX_DEPTH - 1)} {'};' * (MAX_DEPTH - 1)} }};")
    inside = "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1)
    assert refusal(f"/ {{ a = <{inside}>; }};") == "x.dts: line 1: parentheses are nested more than 40 deep"
    assert "choices are nested" in refusal(f"/ {{ a = <({'1 ? 2 : ' * 50} 3)>; }};")
    assert "a number of 5000 digits does not fit into 64 bits" in refusal(f"/ {{ a = <{'9' * 5000}>; }};")
    assert "089 is no octal number" in refusal("/ { a = <089>; };")
    assert "'ab' is more than one byte" in refusal("/ { a = <'\\8b'>; };").replace("\\8b", "ab")
    assert "x.dtsi is included again and again" in refusal(
        '/include/ "x.dtsi"', {"x.dtsi": '/include/ "x.dtsi"'}
    )
    twice = {f"{n}": f'/include/ "{n + 1}" /include/ "{n + 1}"' for n in range(40)}
    assert "is included again and again" in refusal('/include/ "0"', {**twice, "40": ""})
    assert "characters, no board has" in refusal(" " * (MOST_TEXT + 1))
    assert "expected a name of at most 256 characters" in refusal(f"/ {{ {'a' * 257}; }};")
    assert "the root cannot be deleted" in refusal("/ { }; /delete-node/ &{/};")


def test_an_error_in_an_included_file_names_it() -> None:
    files = {"a.dtsi": "/ {\n};\nrubbish"}
    assert refusal('\n\n/include/ "a.dtsi"', files) == "a.dtsi: line 3: expected '/', not 'rubbish'"
    assert refusal('\n\n/include/ "a.dtsi" rubbish', {"a.dtsi": ""}).startswith("x.dts: line 3: ")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 ? 2 : 3", 2),
        ("0 || 2", 1),
        ("!0 + !5", 1),
        ("1 << 4 | 2 ^ 3 & 1", 1 << 4 | 2 ^ 3 & 1),
        ("3 > 2 == 1", 1),
        ("7 - 2 - 1", 4),
        ("-1 / 0x100000000", 0xFFFFFFFF),
        ("~0 >> 40", 0xFFFFFF),
        ("2 != 2", 0),
    ],
)
def test_expressions_are_those_of_c_on_64_bits(expression: str, value: int) -> None:
    assert compile_dts(f"/ {{ a = <({expression})>; }};").root.cells("a") == (value,)


@pytest.mark.slow
def test_large_sources_take_time_in_proportion() -> None:
    """Siblings, references, deletions and names by the ten thousand: quadratic time would not end."""
    many = range(20_000)
    siblings = "".join(f"l{n}: n{n} {{ p{n} = <&l{n // 2}>; }};" for n in many)
    tree = compile_dts(f"/ {{ {siblings} }};")
    assert len(tree.root.children) == 20_000
    gone = "".join(f"/delete-node/ n{n};" for n in many)
    plain = "".join(f"n{n} {{ }};" for n in many)
    assert compile_dts(f"/ {{ {plain} {gone} n7 {{ }}; }};").root.children[0].name == "n7"


def test_names_share_their_ends_as_dtc_has_them() -> None:
    names = [f"{random.Random(n).choice('abc')}bc{n % 7}" for n in range(50)]
    tree = compile_dts("/ {" + "".join(f"{name};" for name in ["xbc1", "bc1", "c1", *names]) + "};")
    assert list(tree.root.properties) == list(dict.fromkeys(["xbc1", "bc1", "c1", *names]))
    assert tree.raw.count(b"bc1\0") == len({name for name in ["xbc1", *names] if name.endswith("bc1")})
