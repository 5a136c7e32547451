"""Member paths of the kernel's own structures, on an arm64 machine, a PC and a log, printed as gdb prints.

Covers model/debugger/expressions/kernel_state.py, model/debugger/expressions/values.py,
model/debugger/expressions/c_text.py, model/debugger/expressions/c_nodes.py,
model/debugger/expressions/c_types.py, model/debugger/expressions/types.py,
model/debugger/expressions/plain_values.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.debugger.expressions.c_text import c_text
from bootstep.model.debugger.expressions.kernel_state import TARGETS
from bootstep.model.debugger.expressions.plain_values import expression_json
from bootstep.model.debugger.expressions.scope import KERNEL_NAMES
from bootstep.model.debugger.expressions.types import enumerator, pointer_to
from bootstep.model.debugger.expressions.values import Array, Pointer, Structure, Typed, kind_of_value
from typed_boots import complains, on_board, on_log, on_pc, on_two_nodes, says, value

FIRST = "{base = 0x40000000, size = 1073741824, flags = MEMBLOCK_NONE, nid = 0}"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("memblock.memory.cnt", "1"),
        ("memblock->memory.cnt == memblock.memory.cnt", "1"),
        ("memblock.memory.regions[0].base", "1073741824 = 0x40000000 = 1.0 GiB"),
        ("memblock.memory.regions->size", "1073741824 = 0x40000000 = 1.0 GiB"),
        ("memblock.memory.regions[0].flags", "MEMBLOCK_NONE"),
        ("memblock.memory.regions[0].nid", "0"),
        ("memblock.memory.regions[0]", FIRST),
        ("*memblock.memory.regions", FIRST),
        ("memblock.memory[0].end", "2147483648 = 0x80000000 = 2.0 GiB"),
        ("memblock.reserved.max", "145 = 0x91"),
        ("memblock.current_limit", "18446744073709551615 = 0xffffffffffffffff"),
        ("memblock.bottom_up", "false"),
        (
            "memblock.memory.regions",
            "(struct memblock_region *) 0xffff800008d88d00 <memblock_memory_init_regions>",
        ),
        ("NODE_DATA(0)->node_start_pfn", "262144 = 0x40000"),
        ("node_data[0]->node_zones[0].present_pages", "262144 = 0x40000"),
        ("node_data[0]->node_zones[0].zone_pgdat == node_data[0]", "1"),
        ("node_data[3]", "(struct pglist_data *) 0x0"),
        ("mem_section[0][3]", "{section_mem_map = 0, usage = 0x0}"),
        ("mem_section[0][8].section_mem_map & 15", "15 = 0xf"),
        ("memblock.memory.regions[0].size >> 20", "1024 = 0x400 = 1.0 KiB"),
        ("&memblock", "(struct memblock *) 0xffff800008b632c8 <memblock>"),
        ("&memblock.memory.cnt", "(unsigned long *) 0xffff800008b632d8 <memblock+16>"),
        (
            "&memblock.reserved.regions[2]",
            "(struct memblock_region *) 0xffff800008d87f90 <memblock_reserved_init_regions+48>",
        ),
        ("*(memblock.memory.regions + 0)", FIRST),
        ("sizeof(struct page)", "64 = 0x40"),
        ("sizeof(memblock.memory)", "40 = 0x28"),
        ("sizeof memblock", "96 = 0x60"),
        ("sizeof(u64) + sizeof(unsigned long) + sizeof(struct page *)", "24 = 0x18"),
        ("offsetof(struct page, _refcount)", "52 = 0x34"),
        ("offsetof(struct memblock, memory.regions)", "40 = 0x28"),
        ("(u64)-1", "18446744073709551615 = 0xffffffffffffffff"),
        ("(u8)300", "44 = 0x2c"),
        ("(int)0xffffffff", "-1"),
        ("(unsigned long)memblock.memory.regions & 0xfff", "3328 = 0xd00"),
        ("(bool)5", "1"),
        ("(struct page *)0xfffffc0000000000", "(struct page *) 0xfffffc0000000000"),
        ("0x1UL + 1", "2"),
        ("'c'", "99 'c'"),
        ("'\\n'", "10 '\\n'"),
        ('"ab"', '"ab"'),
    ],
)
def test_on_an_arm64_machine(expression: str, text: str) -> None:
    assert value(on_board(), "end", f"print {expression}") == text


def test_memblock_whole_is_a_structure_as_gdb_prints_one() -> None:
    text = value(on_board(), "end", "p memblock")
    assert text.startswith(
        "{bottom_up = false, current_limit = 0xffffffffffffffff, memory = {cnt = 1, max = 1024, "
    )
    assert text.endswith(
        "reserved = {cnt = 16, max = 145, total_size = 103183076, "
        'regions = 0xffff800008d87f60 <memblock_reserved_init_regions>, name = "reserved"}}'
    )


def test_an_artificial_array_has_so_many_elements() -> None:
    text = value(on_board(), "end", "p *memblock.reserved.regions@3")
    assert text.count("base = ") == 3
    assert text[:2] == "{{"
    second = value(on_board(), "end", "p memblock.reserved.regions[1]@2")
    assert text.endswith(second[1:])


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (
            "memblock.foo",
            "there is no field 'foo' in struct memblock, there are: bottom_up, current_limit, memory, ",
        ),
        ("memblock.memory.regions[7]", "there is no item 7: there are 1 at column 25"),
        ("*memblock.memory.regions@9", "of what lies there 1 elements are known, not 9, at column 26"),
        ("node_data[0]->kswapd", "what kswapd of struct pglist_data holds is not modelled, only node_zones"),
        ("node_data[3]->node_id", "this is a null pointer at column 1"),
        ("*0x40000000", "what memory holds at 0x40000000 is not modelled: x 0x40000000 tells"),
        ("((struct page *)64)->flags", "what memory holds at 0x40 is not modelled at column 2"),
        ("sizeof(struct nothing)", "no type 'struct nothing' is known of this kernel"),
        ("offsetof(struct page, nothing)", "struct page has no member 'nothing', it has flags, _refcount"),
        ("offsetof(struct inode, i_ino)", "the members of struct inode are not known of this kernel"),
        ("memblock + 1", "a number is needed, not a struct memblock, at column 1"),
        ("memblock == 1", "a struct memblock cannot be compared, only its members can, at column 1"),
        ("5 @ 2", "@ takes an element of an array, such as *p or x[0] at column 1"),
        ("(u64", "the expression ends too early, ) is missing"),
        ("&nothing", "no symbol 'nothing' is known at column 2"),
        ("memblock.memory->", "the name of a field is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(expression: str, sentence: str) -> None:
    assert sentence in complains(on_board(), "end", f"print {expression}")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("e820_table", "(struct e820_table *) 0xffffffff82026960 <e820_table_init>"),
        ("e820_table->entries[2]", "{addr = 0x9fc00, size = 1024, type = E820_TYPE_RESERVED}"),
        ("sizeof(struct e820_entry)", "20 = 0x14"),
        ("sizeof(struct e820_table)", "3524 = 0xdc4"),
        ("node_data[0]->node_zones[1].name", '"DMA32"'),
        ("memblock.memory.regions[0].base", "4096 = 0x1000 = 4.0 KiB"),
        ("mem_section[0][0].section_mem_map & 1", "1"),
    ],
)
def test_on_a_pc(expression: str, text: str) -> None:
    commands = on_pc()
    if expression == "e820_table":
        assert value(commands, "end", "p e820_table").startswith("(struct e820_table *) 0xffffffff")
    else:
        assert value(commands, "end", f"print {expression}") == text


def test_the_entries_of_the_e820_table_are_counted() -> None:
    commands = on_pc()
    count = int(value(commands, "end", "p e820_table.nr_entries").split(" ")[0])
    assert value(commands, "p *e820_table").count("addr = ") == count
    assert complains(commands, f"p e820_table->entries[{count}]").endswith(
        f": there are {count} at column 21"
    )


def test_what_is_not_there_yet_is_said() -> None:
    commands = on_pc()
    assert (
        complains(commands, "p *e820_table->entries")
        == "there is no item 0: nothing is known there at column 2"
    )
    assert complains(commands, "p mem_section[0][3]") == "there are no sections yet at column 1"
    assert complains(commands, "p NODE_DATA(0)->node_id") == "this is a null pointer at column 1"


def test_each_node_has_its_pages() -> None:
    commands = on_two_nodes()
    says(commands, "end")
    assert value(commands, "p NODE_DATA(1)->node_id") == "1"
    assert value(commands, "p node_data[1]->node_start_pfn") == value(
        commands, "p node_data[1]->node_zones[0].zone_start_pfn"
    )


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("mem_section[0][3]", "a kernel log tells nothing of sections and page structs at column 1"),
        ("sizeof(struct page)", "struct page is not known: a kernel log tells nothing of the kernel's types"),
        ("offsetof(struct page, flags)", "struct page is not known: a kernel log tells nothing"),
        ("&memblock", "no symbol 'memblock' is known"),
        ("*memblock", "a struct memblock is no pointer"),
    ],
)
def test_what_a_log_does_not_tell_is_one_sentence(expression: str, sentence: str) -> None:
    words = complains(on_log(), "end", f"p {expression}")
    assert sentence.lower() in words.lower()


def test_a_log_tells_memblock() -> None:
    commands = on_log()
    assert value(commands, "end", "p memblock.memory.regions[0].base") == "1073741824 = 0x40000000 = 1.0 GiB"
    assert "regions = <address not known> <memblock_memory_init_regions>" in value(commands, "p memblock")


def test_the_names_are_those_that_are_made() -> None:
    assert TARGETS.keys() == KERNEL_NAMES


def test_like_elements_are_one_and_long_arrays_are_cut() -> None:
    assert c_text("", Array("int", [0] * 300), "", {}) == "{0 <repeats 300 times>}"
    text = c_text("", Array("int", list(range(300))), "", {})
    assert text.endswith(", 198, 199, ...}")
    assert c_text("", Array("int", [1, 1, 2]), "x", {}) == "{0x1, 0x1, 0x2}"


def test_flags_are_named_as_gdb_names_them() -> None:
    assert enumerator("enum memblock_flags", 5) == "(MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP)"
    assert enumerator("enum memblock_flags", 0x44) == "(MEMBLOCK_NOMAP | unknown: 0x40)"
    assert enumerator("enum e820_type", 9) == "9"
    assert enumerator("int", 9) == ""


def test_values_know_their_types() -> None:
    assert kind_of_value(Pointer("struct page", 0)) == "struct page *"
    assert kind_of_value(Array("struct zone", [], length=4)) == "struct zone[4]"
    assert kind_of_value(Structure("struct zone", {})) == "struct zone"
    assert [kind_of_value(each) for each in (1, 1 << 40, 1 << 63, Typed(1, "u8"))] == [
        "int",
        "long",
        "unsigned long",
        "u8",
    ]
    assert pointer_to("char *") == "char **"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("p/x memblock.memory.regions[0]", "{base = 0x40000000, size = 0x40000000, flags = 0x0, nid = 0x0}"),
        ("p/d 0xff", "255"),
        ("p/u -1", "18446744073709551615"),
        ("p/t 10", "1010"),
        ("p/o 8", "010"),
        ("p/c 65", "65 'A'"),
        ("p/c 200", "200 '\\310'"),
        ("p/a &memblock.memory", "0xffff800008b632d8 <memblock+16>"),
        ("p/a 5", "0x5"),
        ("p/z 5", "0x0000000000000005"),
        ("p/z (u32)5", "0x00000005"),
        ("p/x (int)-1", "0xffffffff"),
        ("p/s memblock.memory.regions[0].size", "1.0 GiB"),
        ("p/x memblock.bottom_up", "0x0"),
    ],
)
def test_formats_are_gdbs(command: str, text: str) -> None:
    assert value(on_board(), "end", command) == text


@pytest.mark.parametrize(
    ("expression", "kind", "plain"),
    [
        ("memblock.memory.cnt", "unsigned long", 1),
        ("1 == 2", "int", 0),
        (
            "*memblock.memory.regions@1",
            "struct memblock_region[1]",
            [{"base": "0x40000000", "size": 1 << 30, "flags": "MEMBLOCK_NONE", "nid": 0}],
        ),
        ('"abc"', "char [4]", "abc"),
        ("$nobody", "void", None),
        ("memblock.bottom_up", None, False),
    ],
)
def test_values_as_plain_data(expression: str, kind: str | None, plain: object) -> None:
    commands = on_board()
    commands.execute("end")
    found = expression_json(expression, commands.debugger.evaluate(expression))
    assert (found["expression"], found["value"]) == (expression, plain)
    assert kind is None or found["type"] == kind
    assert found["hex"] == (hex(plain) if type(plain) is int else None)


def test_a_pointer_as_plain_data_is_its_address() -> None:
    found = expression_json("", on_board().debugger.evaluate("memblock.reserved"))["value"]
    assert found["regions"] == {
        "address": "0xffff800008d87f60",
        "type": "struct memblock_region *",
        "symbol": "memblock_reserved_init_regions",
    }
