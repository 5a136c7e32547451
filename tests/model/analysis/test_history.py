"""What happened to a part of memory, and watches on it.

Covers model/debugger/breakpoints/watches.py, model/index/selectors.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.history import HistoryItem
from bootstep.model.debugger.breakpoints.errors import BreakpointError
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.index.selectors import PHYSICAL, SECTION, VIRTUAL, ZONE, MemoryRange, PlaceError
from captured import booted
from small_boot import recorded

DTB = 0x4800_0000


def debugger(case: str = "m1g") -> Debugger:
    return debugger_of(booted(case))


def history(text: str, case: str = "m1g") -> list[HistoryItem]:
    session = debugger(case)
    return session.history.items(session.place(text))


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("0x48000000", MemoryRange(PHYSICAL, DTB, DTB + 1)),
            ("0x48000000,64M", MemoryRange(PHYSICAL, DTB, DTB + (64 << 20))),
            ("[mem 0x48000000-0x480fffff]", MemoryRange(PHYSICAL, DTB, DTB + (1 << 20))),
            ("0x0000000048000000..0x00000000480fffff", MemoryRange(PHYSICAL, DTB, DTB + (1 << 20))),
            ("pfn 0x48000", MemoryRange(PHYSICAL, DTB, DTB + 4096)),
            ("PFN_PHYS(0x48000)", MemoryRange(PHYSICAL, DTB, DTB + 1)),
            ("section 9", MemoryRange(SECTION, 9, 10)),
            ("zone dma32 of node 1", MemoryRange(ZONE, 1, 0, "DMA32")),
            ("zone Movable", MemoryRange(ZONE, -1, 0, "Movable")),
            ("0xffff000000000000,2M", MemoryRange(VIRTUAL, 0xFFFF << 48, (0xFFFF << 48) + (2 << 20))),
            ("_text", MemoryRange(VIRTUAL, 0xFFFF_8000_0800_0000, 0xFFFF_8000_0800_0001)),
        ],
    )
    def test_people_write_them_in_many_ways(self, text: str, place: MemoryRange) -> None:
        assert debugger().place(text) == place

    @pytest.mark.parametrize("text", ["0x10-0x8", "boot_command_line", "section memblock.reserved", "-1"])
    def test_some_words_are_no_place(self, text: str) -> None:
        with pytest.raises((PlaceError, ExpressionError)):
            debugger().place(text)


class TestHistory:
    def test_a_physical_address_from_its_memory_node_to_its_node(self) -> None:
        words = [item.text for item in history("0x48000000")]
        assert words[1:3] == [
            "reserved [0x48000000-0x480fffff] 1.0 MiB for device tree blob",
            "memory [0x40000000-0x7fffffff] 1.0 GiB added (RAM, device tree memory node)",
        ]
        assert "memory [0x40000000-0x7fffffff] 1.0 GiB is on node 0" in words

    def test_what_is_free_in_the_end_was_freed_to_the_buddy_allocator_once(self) -> None:
        """The first 64 KiB of the image are not reserved by Linux 6.1."""
        freed = [item for item in history("_text") if item.text.startswith("free ")]
        assert not freed, "a virtual address is not freed"
        freed = [item for item in history("0x40200000") if item.text.startswith("free ")]
        assert len(freed) == 1

    def test_page_tables_that_were_freed(self) -> None:
        session = debugger()
        start = next(
            operation.start
            for operation in session.occurrences.operations.all()
            if operation.array == "reserved" and operation.removes
        )
        words = [item.text.split(" ")[0] for item in history(hex(start))]
        assert words.index("reserved") < words.index("freed")

    def test_a_virtual_address_from_its_tables_to_its_page(self) -> None:
        items = history("0xffff000000000000")
        assert [item.text.split(" for ")[0].split(" at ")[0] for item in items[:3]] == [
            "level 1 table",
            "level 2 table",
            "level 3 table",
        ]
        assert items[3].text.startswith("map 0xffff000000000000 to 0x40000000, 512 pages")
        assert len(items) == 4

    def test_a_section_from_present_to_mapped(self) -> None:
        words = [item.text for item in history("section 8")]
        assert words[0] == "section 8: ONLINE"
        assert words[1] == "section 8: PRESENT"
        assert "usage map" in words[2]

    def test_a_zones_counters(self) -> None:
        events = history("zone DMA")
        session = debugger()
        session.goto(events[-1].event + 1)
        (node,) = session.state.zones.nodes.values()
        session.end()
        assert node.zones[0].managed == session.state.zones.nodes[0].zones[0].managed
        assert history("zone Device") == []

    def test_a_range_that_a_second_owner_names_is_told(self) -> None:
        words = [item.text for item in history("0x60000000", "resv-nomap")]
        assert any("marked NOMAP (reserved memory fw@60000000" in each for each in words)

    def test_paths_leave_out_what_says_nothing(self) -> None:
        (item,) = [item for item in history("0x48000000") if item.text.startswith("reserved")]
        assert item.path == "setup_machine_fdt"


class TestWatches:
    def test_it_stops_where_anyone_touches_a_range_and_nowhere_else(self) -> None:
        session = debugger()
        session.breakpoints.add("watch:0x48000000,4K")
        stops: list[int] = []
        while (stop := session.cont()).reason == "watch":
            stops.append(stop.position - 1)
        place = session.place("0x48000000,4K")
        assert stops == session.history.touched.events(place, 0, len(session.trace))
        back: list[int] = []
        while (stop := session.reverse_cont()).reason == "watch":
            back.append(stop.position - 1)
        assert list(reversed(back)) == stops

    def test_a_virtual_address_stops_when_it_is_mapped(self) -> None:
        session = debugger()
        session.breakpoints.add("watch:0xffff000008000000")
        stop = session.cont()
        assert "watch 1: map 0xffff000008000000 to 0x48000000" in stop.text
        run = session.state.page_tables.leaf(0xFFFF_0000_0800_0000)
        assert run is not None

    def test_a_section_and_a_zone_can_be_watched(self) -> None:
        session = debugger()
        session.breakpoints.add("watch:section 8")
        assert session.cont().text.startswith("watch 1: section 8: ONLINE")
        session.breakpoints.delete(1)
        session.breakpoints.add("watch:zone DMA", condition='function == "calculate_node_totalpages"')
        assert "zone DMA start_pfn 0x40000, spanned 0x40000" in session.cont().text

    def test_a_symbol_can_be_watched(self) -> None:
        session = debugger()
        assert session.breakpoints.add("watch:_etext").location.watch.startswith("virtual address 0x")

    @pytest.mark.parametrize(
        ("spec", "sentence"),
        [
            ("watch:max_pfm", "nothing called 'max_pfm' can be watched; did you mean max_pfn"),
            ("watch:0x20-0x10", "'0x20-0x10' cannot be watched: the range 0x20-0x10 is empty"),
            ("watch:section", "nothing called 'section' can be watched"),
            ("log-level:loud", "no level is called 'loud'; there are emerg, alert, crit, err"),
        ],
    )
    def test_what_cannot_be_watched_is_refused_in_a_sentence(self, spec: str, sentence: str) -> None:
        with pytest.raises(BreakpointError) as refused:
            debugger().breakpoints.add(spec)
        assert sentence in str(refused.value)


class TestLevels:
    def test_a_level_stops_at_graver_messages_too(self) -> None:
        session = Debugger(recorded())
        session.breakpoints.add("log-level:notice")
        assert session.cont().text.startswith("breakpoint 1: Booting Linux")
        assert session.cont().reason == "end"
        session.breakpoints.add("log-level:info")
        session.start()
        found = []
        while session.cont().reason == "breakpoint":
            found.append(session.position)
        assert len(found) == 3

    def test_warnings_of_a_boot(self) -> None:
        session = debugger("memtest1")
        added = session.breakpoints.add("log-level:warn")
        assert added.note == "no event of this boot matches log-level:warn"


class TestCommands:
    def test_history_of_lines_and_of_memory_live_under_one_name(self) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("step")
        assert commands.execute("history").text == "    1  step\n    2  history"
        lines = commands.execute("history 0x48000000").text.splitlines()
        assert lines[0].startswith("physical address 0x48000000, ")
        assert lines[1].startswith("+")
        assert commands.execute("history 0x900000000000").text == (
            "nothing ever happens to physical address 0x900000000000"
        )

    def test_long_histories_are_shown_from_both_ends(self) -> None:
        commands = CommandInterpreter(debugger())
        lines = commands.execute("history 0x40000000,1G").text.splitlines()
        assert len(lines) == 62
        assert "more events (history 0x40000000,1G /all)" in lines[31]
        every = commands.execute("history 0x40000000,1G /all").text.splitlines()
        assert len(every) > 600

    def test_who_why_and_name(self) -> None:
        commands = CommandInterpreter(debugger())
        words = "0x48000000: memory by nobody: no memory is known there"
        assert commands.execute("who 0x48000000").text == words
        commands.execute("end")
        assert "reserved by device tree blob, because of the boot loader: setup_machine_fdt" in (
            commands.execute("who 0x48000000").text
        )
        assert commands.execute("name").text == "end"
        assert commands.execute("why").text.startswith("no request for memory is refused in this boot")
        assert commands.execute("why nonsense").error
        assert commands.execute("ledger").text.splitlines()[-1].endswith("of CMA areas")

    def test_x_decodes_every_level_of_the_walk(self) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("end")
        lines = commands.execute("x 0xffff000008000000").text.splitlines()
        walk = [line for line in lines if line.startswith("  level")]
        assert [line.split("[")[0] for line in walk] == [
            "  level 0",
            "  level 1",
            "  level 2",
            "  level 3",
        ]
        assert walk[0].split(" = ")[1].startswith("0x1800")
        assert "table PXNTable UXNTable at" in walk[0]
        assert walk[3].endswith("0x00e8000048000707 page: RW NX SHD AF UXN MEM/NORMAL-TAGGED")

    @pytest.mark.parametrize(
        "asked",
        [
            "pfn 0x48000",
            "0xffff000008000000",
            "page 0xfffffc0000200000",
            "__va(0x48000000)",
            "virt_to_page(__va(0x48000000))",
        ],
    )
    def test_x_finds_one_page_by_all_its_names(self, asked: str) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("end")
        text = commands.execute(f"x {asked}").text
        assert "physical address 0x48000000, pfn 0x48000" in text
        assert "struct page 0xfffffc0000200000, in memory at 0x" in text
        assert "reserved by device tree blob" in text

    def test_x_names_the_symbol_it_was_asked_for(self) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("end")
        text = commands.execute("x _stext").text
        assert "kernel image address 0xffff800008010000, _stext" in text
        assert "reserved by kernel text" in text

    def test_d_is_delete(self) -> None:
        commands = CommandInterpreter(Debugger(recorded()))
        commands.execute("break paging_init")
        assert commands.execute("d 1").text == "deleted 1"


class TestPrint:
    @pytest.mark.parametrize(
        ("asked", "value"),
        [
            ("lm_alias(_text)", "0xffff000000200000"),
            ("sym_to_pfn(_text)", "0x40200"),
            ("phys_to_page(0x48000000)", "0xfffffc0000200000"),
            ("__phys_to_pfn(0x48000fff)", "0x48000"),
            ("__pfn_to_phys(0x48000)", "0x48000000"),
        ],
    )
    def test_the_kernels_macros_between_addresses_pfns_and_page_structs(self, asked: str, value: str) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("end")
        assert commands.execute(f"print/x {asked}").text == f"$1 = {value}"


class TestWhatIsNoAddress:
    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ("zone DMA", "zone DMA is no address; history zone DMA tells what happens to it"),
            ("0x10000000000000000", "0x10000000000000000 is wider than an address"),
        ],
    )
    def test_it_is_refused_in_a_sentence(self, asked: str, sentence: str) -> None:
        result = CommandInterpreter(debugger()).execute(f"x {asked}")
        assert (result.error, result.text) == (True, sentence)

    def test_what_the_linear_map_does_not_reach_has_no_address_in_it(self) -> None:
        commands = CommandInterpreter(debugger())
        commands.execute("end")
        text = commands.execute("x 0x9000000").text
        assert "linear map" not in text
        assert "struct page" not in text
        assert "memblock.memory does not have it" in text
