"""Source is listed as in gdb, and places in it are named as there.

Covers listing.py, linespecs.py, symbols.py, model/debugger/model_lines.py,
model/debugger/places.py, model/debugger/inspect/symbols.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import small_boot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.inspect.symbols import symbol_at, virtual_of
from bootstep.model.debugger.places import place_of_event, place_of_frame, place_of_function
from bootstep.model.source.capabilities import Capabilities
from msgspec.structs import replace
from small_boot import recorded
from small_facts import facts

TRACE = recorded()
LINES = Path(small_boot.__file__).read_text().splitlines()
FILE = "tests/support/small_boot.py"
HEADING = f"{FILE} (model of init/main.c):"
TEXT = 0xFFFF_8000_0800_0000
SYMBOLS = {
    "_text": TEXT,
    "$x": TEXT + 0x1000,
    "paging_init": TEXT + 0x1000,
    "__pi_paging_init": TEXT + 0x1000,
    "not_modelled": TEXT + 0x2000,
    "_end": TEXT + 0x10000,
    "_kernel_size_le_lo32": 0x10000,
}


def numbered(text: str) -> int:
    return LINES.index(text) + 1


MEM_INIT = numbered("def mem_init(k: SmallKernel) -> int:")


def debugger() -> Debugger:
    return Debugger(TRACE, replace(facts(), symbols=SYMBOLS, load_address=0x4020_0000))


def says(*lines: str) -> str:
    commands = CommandInterpreter(debugger())
    for line in ("until paging_init", *lines[:-1]):
        assert not commands.execute(line).error, line
    return commands.execute(lines[-1]).text


def listed(*lines: str) -> list[int]:
    """The numbers of the lines that the last command lists; their text is that of the file."""
    heading, *rest = says(*lines).splitlines()
    assert heading.startswith(FILE)
    numbers = [int(line.split("\t")[0]) for line in rest]
    assert [line.split("\t", 1)[1] for line in rest] == LINES[numbers[0] - 1 : numbers[-1]]
    return numbers


class TestList:
    def test_it_is_around_the_line_that_runs_next(self) -> None:
        line = numbered(
            "        alloc_init_cont_pte(k, 0xFFFF_0000_0000_0000 + block * BLOCK,"
            " 0x4000_0000 + block * BLOCK)"
        )
        assert listed("list") == [*range(line - 5, line + 5)]
        assert says("list").startswith(HEADING)

    def test_it_goes_on_and_back(self) -> None:
        first = listed("list")
        assert listed("list", "list")[0] == first[-1] + 1
        assert listed("list", "list -")[-1] == first[0] - 1
        assert listed("list", "")[0] == first[-1] + 1
        assert listed("list mem_init", "")[0] == listed("list mem_init")[-1] + 1

    def test_a_move_begins_anew(self) -> None:
        assert listed("list", "until mem_init", "list") == listed("until mem_init", "list")

    def test_it_follows_the_selected_frame(self) -> None:
        line = numbered("    paging_init(k)")
        assert listed("list", "up", "list") == [*range(line - 5, line + 5)]

    @pytest.mark.parametrize(
        "place", ["mem_init", "small_boot.py:mem_init", "mem_init:return", "main.c:mem_init"]
    )
    def test_a_function_is_in_the_middle(self, place: str) -> None:
        line = numbered("def mem_init(k: SmallKernel) -> int:")
        assert listed(f"list {place}") == [*range(line - 5, line + 5)]

    @pytest.mark.parametrize(
        ("line", "numbers"),
        [
            ("list 20", range(15, 25)),
            ("list 1", range(1, 11)),
            ("list small_boot.py:20", range(15, 25)),
            ("list mem_init:20", range(15, 25)),
            ("list 7,9", range(7, 10)),
            ("list 7,", range(7, 17)),
            ("list 7,+3", range(7, 11)),
            ("list mem_init,+1", range(MEM_INIT, MEM_INIT + 2)),
            ("list ,20", range(11, 21)),
        ],
    )
    def test_lines_by_their_numbers(self, line: str, numbers: range) -> None:
        assert listed(line) == [*numbers]

    def test_listsize_is_how_many(self) -> None:
        assert len(listed("set listsize 3", "list")) == 3

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("list 9999", f"line 9994 is out of range: {FILE} has {len(LINES)} lines"),
            ("list 99999999", "no file has a line 99999999…"),
            ("list nosuch", "no function is called 'nosuch'"),
            ("list paging_int", "no function is called 'paging_int'; did you mean paging_init?"),
            ("list 9,7", "line 7 is before line 9"),
            ("list ,", "list reads like: "),
            ("list nosuch.c:3", "nothing is modelled of a file nosuch.c"),
            ("list main.c:3", "the lines of main.c are not at hand; list "),
            ("list main.c:nosuch", "nothing called 'nosuch' is modelled of a file main.c"),
            ("list *0", "*0x0: no symbol of this kernel lies there"),
        ],
    )
    def test_what_cannot_be_listed_is_said(self, line: str, why: str) -> None:
        assert says(line).startswith(why)

    def test_at_the_start_of_the_file_there_is_nothing_before(self) -> None:
        assert says("list 1", "list -") == "already at the start of the file"

    def test_a_trace_without_source_says_so(self) -> None:
        silent = Debugger(TRACE, replace(facts(), kind="a log", can=Capabilities(source=False)))
        result = CommandInterpreter(silent).execute("list")
        assert result.error and result.text == "A log tells nothing of the functions' source text."


class TestPlaces:
    def test_an_event_a_function_and_a_frame_have_places(self) -> None:
        here = debugger()
        here.until("paging_init")
        frame = place_of_frame(here, 1)
        assert frame is not None and frame == place_of_event(here, here.where().frames[-1].enter)
        assert frame.words() == f"line {numbered('    paging_init(k)')} of {FILE} (model), in setup_arch"
        assert place_of_function(here, here.where().frames[-1].function).line == numbered(
            "def paging_init(k: SmallKernel) -> None:"
        )
        assert place_of_frame(here, 3) is None

    @pytest.mark.parametrize(
        ("line", "text"),
        [
            (
                "info line mem_init",
                "line 452 of arch/arm64/mm/init.c to 482, mem_init\n"
                f"line {numbered('def mem_init(k: SmallKernel) -> int:')} of {FILE} (model), in mem_init",
            ),
            ("info line 7", f"line 7 of {FILE} (model)"),
            ("info line *0x40201004", "line 855 of arch/arm64/mm/mmu.c to 876, paging_init\nline "),
            ("info source", f"current source file is {FILE} (model of init/main.c)"),
            ("info sources main", "init/main.c"),
            ("info sources nosuch", "no such file"),
            ("info scope dma_contiguous_reserve", "limit is an argument of dma_contiguous_reserve"),
            ("info scope mem_init", "mem_init takes no arguments"),
            ("info scope", "the scope of which function?"),
            ("info scope 7", "info scope takes a function"),
        ],
    )
    def test_info_tells_of_places(self, line: str, text: str) -> None:
        assert says(line).startswith(text)


class TestSymbols:
    @pytest.mark.parametrize(
        ("line", "text"),
        [
            ("info symbol paging_init", "paging_init"),
            ("info symbol paging_init + 8", "paging_init + 8"),
            ("info symbol 0x40201008", "paging_init + 8"),
            ("info symbol 5", "no symbol of this kernel lies at 0x5; x 5 tells what does"),
            ("info symbol", "the symbol at which address?"),
            ('info symbol "a"', '"a" is no address'),
            ("info address paging_init", "the function paging_init is at 0xffff800008001000"),
            ("info address not_modelled", "not_modelled is at 0xffff800008002000"),
            ("info address _kernel_size_le_lo32", "_kernel_size_le_lo32 is the constant 0x10000"),
            ("info address mem_init", "where mem_init lies is not known"),
            ("info address paging_int", "this kernel has no symbol 'paging_int'; did you mean paging_init"),
            ("info address", "the address of what?"),
            ("info functions ^mem_", "mem_init  arch/arm64/mm/init.c:452  (1 calls)"),
            ("info functions nosuch", "no such function is called"),
            ("info functions (", "'(' is no regular expression"),
            ("info variables ^memst", "memstart_addr = "),
            ("info variables nosuch", "no such variable"),
        ],
    )
    def test_info_tells_of_symbols(self, line: str, text: str) -> None:
        assert says(line).startswith(text)

    def test_marks_of_the_assembler_are_no_symbols_and_what_is_modelled_comes_first(self) -> None:
        assert symbol_at(debugger(), TEXT + 0x1234) == ("paging_init", 0x234)
        assert symbol_at(debugger(), TEXT + 0x10000) is None

    def test_physical_addresses_of_the_image_are_virtual_ones(self) -> None:
        assert virtual_of(debugger(), 0x4020_0010) == TEXT + 0x10
        assert virtual_of(debugger(), 0x4021_0000) == 0x4021_0000
        assert virtual_of(Debugger(TRACE), 0x4020_0010) == 0x4020_0010


def test_an_argument_has_no_address() -> None:
    commands = CommandInterpreter(Debugger(TRACE, facts()))
    commands.execute("until dma_contiguous_reserve")
    assert commands.execute("info address limit").text == "limit is an argument of dma_contiguous_reserve"
