"""Functions out of BTF: a small one made by a compiler and pahole, and what is wrong with it at any place."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.btf_functions import read_btf_functions

BTF = (Path(__file__).parents[2] / "data" / "types" / "functions.btf").read_bytes()
NAMES = ("reserve", "told", "by_value", "complain", "inlined", "nowhere")
VOID = ["", "void", 0, False, True]


def test_functions_have_their_parameters_in_order_with_types_and_sizes() -> None:
    found = read_btf_functions(BTF, NAMES, "here")
    assert found["reserve"] == {
        "result": ["", "int", 4, True, True],
        "parameters": [["base", "phys_addr_t", 8, False, True], ["size", "phys_addr_t", 8, False, True]],
    }
    assert found["told"] == {
        "result": ["", "bool", 1, False, True],
        "parameters": [
            ["name", "const char *", 8, False, True],
            ["nid", "int", 4, True, True],
            ["exact", "bool", 1, False, True],
            ["flags", "enum flags", 4, False, True],
            ["prot", "pgprot_t", 8, False, True],
        ],
    }


def test_a_structure_by_value_is_no_number_and_more_at_the_end_is_no_parameter() -> None:
    found = read_btf_functions(BTF, NAMES, "here")
    assert found["by_value"]["parameters"][1] == ["wide", "struct wide", 24, False, False]
    assert found["complain"] == {
        "result": VOID,
        "parameters": [["format", "const char *", 8, False, True]],
    }


def test_only_what_is_asked_for_and_there_is_told() -> None:
    assert read_btf_functions(BTF, NAMES, "here").keys() == {"reserve", "told", "by_value", "complain"}
    assert read_btf_functions(BTF, ("reserve",), "here").keys() == {"reserve"}
    assert read_btf_functions(BTF, (), "here") == {}


@pytest.mark.parametrize("data", [b"", b"\x7fELF" * 8, BTF[:30], BTF[:24]])
def test_what_is_no_btf_or_is_cut_off_is_said(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^here: this (?:is no BTF|BTF is damaged)"):
        read_btf_functions(data, NAMES, "here")


def test_damage_anywhere_is_a_sentence_or_other_facts() -> None:
    draw, refused = Random(16), 0
    for _ in range(600):
        data = bytearray(BTF)
        for _ in range(draw.randint(1, 3)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            found = read_btf_functions(bytes(data), NAMES, "here")
        except InputError:
            refused += 1
        else:
            assert found.keys() <= set(NAMES)
    assert 0 < refused < 600
