"""Finding a function's definition in C and assembler, as the kernel writes it.  The text is our own."""

from __future__ import annotations

import pytest
from bootstep.model.build.c_source import CSource, lines_with, words_of_format

TEXT = r"""
/* first(int a) { is only spoken of here */
static const char *words = "first(void) {";
int first(int a);

static inline int first(int a)
{
	if (a) {
		second(a, "}");
	}
	return a ? '{' : 0;
}

static void __init __attribute__((noinline))
second(int one,
       struct thing *two)
{
	first(one);
}
early_param("second", second);

SYSCALL_DEFINE2(third, int, a, int, b)
{
	return first(a);
}

#ifdef CONFIG_NUMA
int __meminit fourth(void)
{
	return 1;
}
#elif defined(CONFIG_SPARSEMEM) && defined(CONFIG_SMP)
int fourth(void)
{
	return 2;
}
#else
static inline int fourth(void) { return 3; }
#endif

struct ops all = { .call = fifth };
int fifth(int (*call)(int), int b) __must_hold(lock)
{
	return call(b);
}

SYM_FUNC_START_LOCAL(sixth)
	bl	first
	ret
SYM_FUNC_END(sixth)
"""


def text_of(name: str) -> list[list[str]]:
    source = CSource(TEXT)
    lines = TEXT.split("\n")
    return [lines[found.first - 1 : found.last] for found in source.definitions(name)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("first", "static inline int first(int a)", "}"),
        ("second", "static void __init __attribute__((noinline))", "}"),
        ("third", "SYSCALL_DEFINE2(third, int, a, int, b)", "}"),
        ("fifth", "int fifth(int (*call)(int), int b) __must_hold(lock)", "}"),
        ("sixth", "SYM_FUNC_START_LOCAL(sixth)", "SYM_FUNC_END(sixth)"),
    ],
)
def test_a_definition_is_found_whole(name: str, first: str, last: str) -> None:
    (found,) = text_of(name)
    assert (found[0], found[-1]) == (first, last)


def test_calls_declarations_comments_and_strings_are_no_definitions() -> None:
    assert len(text_of("first")) == 1
    assert text_of("call") == []
    assert text_of("early_param") == []
    assert text_of("nowhere") == []


def test_the_lines_that_do_what_comes_next() -> None:
    lines = ["x = first(a);", "y = first_of(b);", 'pr_info("Reserved %ld MiB at %pa\\n", a, b);']
    assert lines_with(lines, ["first"]) == (0,)
    assert lines_with(lines, ["nothing", "first_of"]) == (1,)
    assert lines_with(lines, words_of_format("cma: Reserved {} MiB at {:#018x}")) == (2,)
    assert lines_with(lines, []) == ()


def test_all_functions_are_found_where_each_is_found_by_name() -> None:
    source = CSource(TEXT)
    found = source.functions()
    names = [name for name, _ in found]
    assert names == ["first", "second", "third", "fourth", "fourth", "fourth", "fifth", "sixth"]
    for name, definition in found:
        assert definition in source.definitions(name)


def test_the_line_of_a_name_is_not_that_of_its_type() -> None:
    (found,) = CSource(TEXT).definitions("second")
    assert "\n".join(TEXT.split("\n")).split("\n")[found.line - 1].startswith("second(")
    assert found.first == found.line - 1


def test_braces_that_conditions_tear_and_macros_hide_no_function() -> None:
    torn = (
        "#define loop(x) { \\\n\tfor (;;) {\n"
        "int one(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\n"
        "struct s t = {\n\t.call = f(1),\n};\nint two(void)\n{\n}\n"
    )
    assert [name for name, _ in CSource(torn).functions()] == ["one", "two"]


@pytest.mark.parametrize("text", ["a(" * 200_000, "{{\n" * 200_000, "f(){\n" * 100_000, "#if A\n" * 50_000])
def test_a_file_that_is_no_source_takes_no_time(text: str) -> None:
    assert len(CSource(text).functions()) <= 1
