"""The functions that a recording watches, with what is said of those that it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.live.architectures import LIVE
from bootstep.boots.live.finding import Found
from bootstep.boots.live.functions import choosing
from bootstep.boots.live.functions.choosing import Chosen, watched_functions
from bootstep.boots.live.kernel import LiveKernel
from bootstep.boots.live.options import LiveOptions, Stub, Walked, Watched
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.image import Image
from bootstep.model.build.kernel_source.line_map import LineMap
from bootstep.model.build.release import Release
from bootstep.model.build.sizes import Sizes
from bootstep.model.trace.events import Trace

KERNEL = Path(__file__).parents[3] / "data" / "types" / "functions-arm64.elf"
OWN = Image.parse(KERNEL.read_bytes()).symbols
USUAL = {"memblock_free_all": 0x20000, "memblock_add": 0x20100, "memblock_reserve.isra.0": 0x20200}
SYMBOLS = {**OWN, **USUAL, "early_memremap": 0x20300, "other": 0x20400}
MOVED = 0x10_0000
LINES = LineMap("6.1\n=mm/functions.c\ninlined 1 1 1\ncloned 2 2 2\n=a.c\ntold 1 1 1\n=b.c\ntold 1 1 1\n")
NOBODY: Any = None
ALL = Watched()
NOWHERE = Walked()


def chosen(
    functions: Watched = ALL,
    kernel: Path = KERNEL,
    until: str = "memblock_free_all",
    walked: Walked = NOWHERE,
) -> tuple[Chosen, Trace]:
    options = LiveOptions(Stub(port=1), str(kernel), functions=functions, until=until, page_tables=walked)
    live = LiveKernel("arm64", Release(6, 1), "", SYMBOLS, Sizes.from_json({}, {}, ""))
    found = Found(NOBODY, LIVE["arm64"], live, NOBODY, MOVED, NOBODY, None)
    trace = Trace()
    return watched_functions(found, options, trace), trace


def test_the_usual_ones_are_watched_where_the_kernel_runs() -> None:
    found, trace = chosen()
    assert {each.name: each.entries for each in found.functions} == {
        "memblock_free_all": (0x20000 + MOVED,),
        "memblock_add": (0x20100 + MOVED,),
        "memblock_reserve": (0x20200 + MOVED,),
    }
    assert found.known > 100
    (add,) = trace.functions.named("memblock_add")
    assert (add.kernel_file, add.parameters) == ("mm/memblock.c", ("base", "size"))
    call = next(each for each in found.functions if each.number == add.number)
    assert call.arguments({"x0": 1 << 30, "x1": 1 << 20}) == (1 << 30, 1 << 20)
    assert call.result({"x0": 0xFFFF_FFEA}) == -22


def test_what_cannot_be_watched_or_told_is_said() -> None:
    found, _ = chosen()
    missing, changed = found.missing
    assert missing.startswith("not watched, since this kernel has no code of its own for them: panic, ")
    assert missing.endswith(" more")
    assert changed.endswith("functions that the compiler changed: memblock_reserve.isra.0")


def test_those_that_are_named_are_watched_at_all_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "known_lines", lambda series: LINES)
    found, trace = chosen(Watched(("memblock_free_all", "inlined", "cloned", "told", "other")))
    assert found.known == 5
    numbers = [each.number for each in found.functions]
    assert len(numbers) == 6 and len(set(numbers)) == len(trace.functions) == 5
    one, other = (each for each in found.functions if each.name == "inlined")
    assert one.entries != other.entries and one.code and other.code and one.number == other.number
    told = next(each for each in found.functions if each.name == "told")
    assert told.texts == (0,)
    assert told.arguments({"x0": 5, "x1": 0xFFFF_FFFF, "x2": 1}) == (5, -1, True, 0, 0)
    assert found.missing == (
        "inlined, so watched about where they begin and end, without a result: inlined",
        "watched without arguments, since nothing tells them: other",
    )


def test_what_is_called_often_is_watched_if_it_is_named() -> None:
    usual, _ = chosen()
    found, _ = chosen(Watched(more=("early_memremap",), without=("memblock_add",)))
    names = {each.name for each in found.functions}
    assert names == {each.name for each in usual.functions} - {"memblock_add"} | {"early_memremap"}


@pytest.mark.parametrize(
    ("functions", "sentence"),
    [
        (
            Watched(("memblock_reserv",)),
            "--functions: this kernel has no function memblock_reserv; did you mean memblock_reserve, ",
        ),
        (Watched(more=("qqqq",)), "--functions: this kernel has no function qqqq"),
        (
            Watched(without=("memblock_ad",)),
            "--functions: memblock_ad is taken away, but it is not watched; did you mean memblock_add, ",
        ),
        (Watched(("memblock_add",)), "--until memblock_free_all: this is none of the functions"),
    ],
)
def test_names_that_mean_nothing_are_refused(functions: Watched, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        chosen(functions)
    assert str(error.value).startswith(sentence)


def test_a_kernel_file_that_is_damaged_is_said_and_the_list_is_taken(tmp_path: Path) -> None:
    damaged = tmp_path / "vmlinux"
    damaged.write_bytes(KERNEL.read_bytes()[:5000])
    found, _ = chosen(kernel=damaged)
    assert [each.name for each in found.functions] == [each.name for each in chosen()[0].functions]
    assert found.missing[0].startswith(f"{damaged}: this ELF file is damaged")


def test_where_page_tables_are_wanted_functions_are_watched_and_all_is_read() -> None:
    found, _ = chosen(walked=Walked(("early_memremap", "memblock_add")))
    walked = {each.name: each.is_walked for each in found.functions}
    assert walked == {
        "memblock_free_all": False,
        "memblock_add": True,
        "memblock_reserve": False,
        "early_memremap": True,
    }
    assert {each.name for each in found.functions if not each.is_read_whole} == {"memblock_reserve"}
    always, _ = chosen(walked=Walked(always=True))
    assert all(each.is_walked and each.is_read_whole for each in always.functions)


def test_page_tables_are_wanted_where_there_is_a_function() -> None:
    with pytest.raises(InputError) as error:
        chosen(walked=Walked(("early_memremaps",)))
    sentence = "--page-tables: this kernel has no function early_memremaps; did you mean early_memremap?"
    assert str(error.value) == sentence
