"""What C says of functions."""

from __future__ import annotations

import pytest
from bootstep.boots.live.functions.prototypes import Value, parse_prototype, texts_of, value_of


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        ("phys_addr_t", Value("x", "phys_addr_t", 8, False)),
        ("int", Value("x", "int", 4, True)),
        ("long", Value("x", "long", 8, True)),
        ("unsigned int", Value("x", "unsigned int", 4, False)),
        ("unsigned long long", Value("x", "unsigned long long", 8, False)),
        ("u32", Value("x", "u32", 4, False)),
        ("enum memblock_flags", Value("x", "enum memblock_flags", 4, False)),
        ("const unsigned long", Value("x", "unsigned long", 8, False)),
        ("const char*", Value("x", "const char *", 8, False)),
        ("char **", Value("x", "char **", 8, False)),
        ("void", Value("x", "void", 0, False)),
    ],
)
def test_types_have_their_sizes(spelled: str, value: Value) -> None:
    assert value_of("x", spelled) == value


def test_a_declaration_is_read_with_all_that_c_allows() -> None:
    found = parse_prototype(
        "static void __init *pcpu(int nr, const char *name, int (*remap)(void *tlb, unsigned long nslabs), "
        "unsigned long zones[4], ...)"
    )
    assert found is not None
    assert (found.name, found.result.type) == ("pcpu", "void *")
    assert [(each.name, each.type, each.size) for each in found.parameters] == [
        ("nr", "int", 4),
        ("name", "const char *", 8),
        ("remap", "int (*)(void *tlb, unsigned long nslabs)", 8),
        ("zones", "unsigned long *", 8),
    ]
    assert list(texts_of(found.parameters)) == [1]


@pytest.mark.parametrize(
    "text", ["", "memblock_add", "int f(int", "f()", "int f(int)", "int f(int a; int b)"]
)
def test_what_is_no_declaration_is_none(text: str) -> None:
    assert parse_prototype(text) is None


def test_true_and_false_and_texts_are_known_by_their_types() -> None:
    assert value_of("", "bool").is_boolean and value_of("", "_Bool").is_boolean
    assert not value_of("", "int").is_boolean
    assert value_of("", "const char *").is_text and value_of("", "char *").is_text
    assert not value_of("", "char **").is_text and not value_of("", "unsigned char *").is_text
