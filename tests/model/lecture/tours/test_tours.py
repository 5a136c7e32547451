"""A tour's file, its places in a boot, what it says there.

Covers tour.py, reading.py, narration.py, course.py, page.py, checking.py, shipped.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.language import words
from bootstep.model.lecture.tours.checking import check_tour
from bootstep.model.lecture.tours.course import course_of, suits
from bootstep.model.lecture.tours.narration import NarrationError, told
from bootstep.model.lecture.tours.page import AskedThere, page_of
from bootstep.model.lecture.tours.reading import read_tour, tour_of
from bootstep.model.lecture.tours.shipped import shipped_names, shipped_tours, tour_named
from bootstep.model.lecture.tours.tour import LARGEST, LONGEST_TEXT, MOST_STOPS, Tour, TourStop
from sweeps import sweep
from toured_boots import NAMES, debugger, machines, tour

HERE = Path("mine.toml")


def made(*stops: dict[str, Any], **head: Any) -> Tour:
    """A tour of a file with these stops."""
    whole = [{"at": "paging_init", "title": "t", "say": "s", **stop} for stop in stops or ({},)]
    return tour_of({"tour": {"title": "T", "machine": "virt-1g", **head}, "stop": whole}, HERE)


@pytest.fixture(scope="module")
def board() -> Debugger:
    found = debugger("virt-1g")
    found.goto_name("arm64_memblock_init:return")
    return found


# ---- shipped tours ----


@pytest.mark.parametrize("most", sweep((1, None), 1), ids=["its own", "all"])
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_tour_holds_on_its_machines_in_both_languages(name: str, most: int | None) -> None:
    for machine in machines(name)[:most]:
        checked = check_tour(tour(name), debugger(machine))
        assert not [f"{machine}: {mistake}" for mistake in checked.mistakes]
        assert len(checked.course.places) >= 10 or machine != tour(name).machine


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_tour_is_whole(name: str) -> None:
    found = tour(name)
    assert found.name == name
    assert 10 <= len(found.stops) <= 15
    every = [
        found.title,
        found.about,
        *(texts for stop in found.stops for texts in (stop.title, stop.say, stop.notes)),
    ]
    assert not [texts for texts in every if set(texts) != set(words.LANGUAGES)]
    asked = [stop.question for stop in found.stops if stop.question and not stop.question.kind]
    texts = [texts for each in asked for texts in (each.ask, each.explain, *each.choices)]
    assert not [each for each in texts if set(each) != set(words.LANGUAGES)]
    checked = check_tour(found, debugger(found.machine))
    assert not [str(remark) for remark in checked.remarks]


def test_shipped_tours_are_listed_in_their_order() -> None:
    found = shipped_tours()
    assert sorted(each.name for each in found) == shipped_names()
    assert found[0].name == "dt-memblock"
    assert [each.order for each in found] == sorted(each.order for each in found)


def test_a_name_that_is_none_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean dt-memblock"):
        tour_named("dt-memblok")
    with pytest.raises(InputError, match="'bootstep tour' lists them"):
        tour_named("xyzzy\x1b")


# ---- reading ----


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, r"mine.toml: \[tour\] is missing"),
        ({"tour": {}, "stops": []}, "an unknown key 'stops': did you mean stop"),
        ({"tour": 1}, "tour: expected a table, not 1"),
        ({"tour": {"title": "T", "machine": "m"}}, r"\[\[stop\]\]: expected one or more"),
        ({"tour": {"title": "T", "machine": "m"}, "stop": [1]}, r"\[\[stop\]\]: expected tables"),
        ({"tour": {"title": "T", "machine": "m"}, "stop": [{}] * (MOST_STOPS + 1)}, "at most 100"),
    ],
)
def test_what_is_wrong_with_a_file(tables: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tour_of(tables, HERE)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"name": "a b"}, "name 'a b': expected letters"),
        ({"title": {"fr": "x"}}, "title: 'fr' is none of en, zh"),
        ({"title": {}}, "title: expected a text"),
        ({"title": ""}, "title: expected a text, not an empty one"),
        ({"needs": {"arch": "arm"}}, "needs.arch: 'arm' is none of .*did you mean arm64"),
        ({"needs": {"source": "logs"}}, "needs.source: 'logs' is none of boot, log, did you mean log"),
        ({"order": True}, "order: expected a number"),
        ({"colour": 1}, r"\[tour\]: an unknown key 'colour'"),
    ],
)
def test_what_is_wrong_with_its_head(head: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        made(**head)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ({"look": "memblok"}, r"stop 1 \(paging_init\): look: 'memblok' is none of .*did you mean memblock"),
        ({"say": 5}, "say.en: expected a text, not 5"),
        ({"say": "x" * (LONGEST_TEXT + 1)}, "say.en: this has 4001 characters"),
        ({"at": []}, "at: expected from 1 to 16 texts"),
        ({"at": ["x"] * 17}, "at: expected from 1 to 16 texts, not 17"),
        ({"rows": [""]}, "rows: expected a text, not an empty one"),
        ({"optional": 1}, "optional: expected true or false"),
        ({"row": "x"}, "an unknown key 'row': did you mean rows"),
        ({"question": {"ask": "x"}}, "answer is missing"),
        ({"question": {"ask": "x", "answer": "1", "choices": ["a"]}}, "choices: expected two or more"),
        (
            {"question": {"ask": "x", "answer": "1", "choices": {"en": ["a", "b"], "zh": ["a", "b", "c"]}}},
            "as many in every language",
        ),
    ],
)
def test_what_is_wrong_with_a_stop(stop: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        made(stop)


def test_a_file_that_is_no_tour(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    for content, said in (("[tour", "no valid TOML"), ("x" * (LARGEST + 1), "it is not read")):
        file.write_text(content)
        with pytest.raises(InputError, match=said):
            read_tour(file)


def test_a_log_beside_a_tour_is_its_machine(tmp_path: Path) -> None:
    (tmp_path / "boot.log").write_text("x")
    found = tour_of(
        {"tour": {"title": "T", "machine": "boot.log"}, "stop": [{"at": "x", "title": "t", "say": "s"}]},
        tmp_path / "mine.toml",
    )
    assert found.machine == str(tmp_path / "boot.log")
    assert found.name == "mine"


# ---- narrations ----


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{memblock.reserved.cnt} of {{x}}", "2 of {x}"),
        ("{size(memblock.reserved)}", "14.6 MiB"),
        ("{memblock.reserved.regions[0].base}", "0x40210000"),
        ("{memblock.memory.regions[0].size}", "1.0 GiB"),
        ("{memblock.memory.regions[0].size:hex}", "0x40000000"),
        ("{memblock.memory.cnt:dec}", "1"),
        ("{pages_of_ram:pages}", "1.0 GiB"),
        ("{memblock.reserved.regions[0]:range}", "[0x40210000-0x40faffff]"),
        ("{count(memblock.memory):region is|regions are}", "1 region is"),
        ("{count(memblock.reserved):region is|regions are}", "2 regions are"),
        ("{memblock.bottom_up:?from below|from above}", "from above"),
        ("{memblock.bottom_up}", "no"),
        ("{memblock.memory.name}", "memory"),
        ('{line("Linux version")}', "Linux version 6.1.192"),
        ("{1 in {1, 2}:?yes|no}", "yes"),
        ("{memblock.reserved.regions}", "0xffff800008d87630"),
        ("one\n  line\n\nand another", "one line\nand another"),
        ("内存\n  有 {memblock.memory.cnt} 个。\nRAM", "内存有 1 个。RAM"),
        ("a \x1b[31m b", "a \\x1b[31m b"),
    ],
)
def test_what_words_with_expressions_say(board: Debugger, text: str, said: str) -> None:
    found = told(text, board)
    assert found == said or (text == "{memblock.reserved.regions}" and found.startswith("0xffff8000"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "a brace is never closed"),
        ("x } y", "a closing brace without"),
        ("{}", "expected an expression"),
        ("{1:bytes}", "there is no format 'bytes', only size, hex"),
        ("{memblock.memry}", r"{memblock.memry}: there is no field 'memry'"),
        ("{1 +}", "the expression ends too early"),
        ("{1:range}", "expected a region"),
        ("{machine:hex}", "expected a number"),
        ("{nodes}", "expected a number or a text"),
        ("{1 / 0}", "division by zero"),
    ],
)
def test_what_is_wrong_with_words(board: Debugger, text: str, words: str) -> None:
    with pytest.raises(NarrationError, match=words):
        told(text, board)


# ---- places ----


def test_the_first_position_there_is_counts() -> None:
    course = course_of(made({"at": ["nowhere_at_all", "paging_init:return"]}), debugger("virt-1g"))
    assert [place.name for place in course.places] == ["paging_init:return"]


def test_stops_are_left_out_where_the_tour_says_so() -> None:
    course = course_of(
        made(
            {"if": 'since("6.12")'},
            {"if": "memblock.memory.cnt == 1"},
            {"at": "reserve_regions", "optional": True},
            {"at": "reserve_regions", "if": 'calls("reserve_regions") > 0'},
            {"at": "reserve_regions"},
            {"if": "nonsense"},
        ),
        debugger("virt-1g"),
    )
    assert [place.stop.number for place in course.places] == [2]
    assert [(each.stop.number, each.is_fault) for each in course.omitted] == [
        (1, False),
        (3, False),
        (4, False),
        (5, True),
        (6, True),
    ]


def test_a_tour_of_another_kind_of_boot_says_so() -> None:
    board = debugger("virt-1g")
    assert "virt-1g is arm64" in suits(made(needs={"arch": "x86_64"}), board)
    assert "is of a kernel log" in suits(made(needs={"source": "log"}), board)
    assert suits(made(needs={"source": "boot", "arch": ["arm64", "x86_64"]}), board) == ""
    checked = check_tour(made(needs={"arch": "x86_64"}), board)
    assert [remark.where for remark in checked.mistakes] == ["[tour]"]


# ---- pages ----


def stop_of(**keys: Any) -> TourStop:
    return made(keys).stops[0]


def test_a_page_in_the_chosen_language(board: Debugger) -> None:
    stop = stop_of(
        say={"en": "{memblock.memory.cnt} region", "zh": "{memblock.memory.cnt} 个 region"}, title="x"
    )
    assert page_of(stop, board).say == "1 region"
    words.choose("zh")
    assert page_of(stop, board).say == "1 个 region"
    assert page_of(stop, board).title == "x"


def test_what_is_lit(board: Debugger) -> None:
    stop = stop_of(
        rows=["image", "{memblock.memory.cnt} x"], address="__pa(_text)", region="memblock.reserved"
    )
    light = page_of(stop, board).light
    assert light.texts == ("image", "1 x")
    assert light.ranges[0] == (0x40200000, 0x40200001)
    assert light.ranges[1:] == ((0x40210000, 0x40FB0000), (0x48000000, 0x48100000))
    assert light and not page_of(stop_of(), board).light


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"address": '"x"'}, "expected an expression for an address"),
        ({"region": "memblock.memory.cnt"}, "region = 'memblock.memory.cnt'"),
        ({"region": "page_tables.tables"}, "expected a region"),
    ],
)
def test_what_cannot_be_lit(board: Debugger, keys: dict[str, str], words: str) -> None:
    with pytest.raises(NarrationError, match=words):
        page_of(stop_of(**keys), board)


def test_questions(board: Debugger) -> None:
    asked = {"ask": "how many?", "answer": "memblock.reserved.cnt", "explain": "{memblock.reserved.cnt}."}
    assert page_of(stop_of(question=asked), board).question == AskedThere("how many?", (), "2", None, "2.")
    chosen = {**asked, "choices": ["1", "{memblock.reserved.cnt}"]}
    assert page_of(stop_of(question=chosen), board).question == AskedThere(
        "how many?", ("1", "2"), "2", 1, "2."
    )
    third = {**asked, "choices": ["a", "b"], "answer": "choice 2"}
    found = page_of(stop_of(question=third), board).question
    assert found is not None and (found.right, found.answer) == (1, "b")
    kind = page_of(stop_of(question={"kind": "owner", "difficulty": 2}), board)
    assert kind.question is None
    assert kind.made is not None and kind.made.options == {"difficulty": 2}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"answer": "5", "choices": ["1", "2"]}, "5 is none of the choices 1, 2"),
        ({"answer": "choice 3", "choices": ["1", "2"]}, "there are 2 choices"),
        ({"answer": "1", "choices": ["1", "1"]}, "none of the choices"),
        ({"answer": "choice 1", "choices": ["1", "1"]}, "two of them say the same"),
    ],
)
def test_questions_without_an_answer(board: Debugger, question: dict[str, Any], words: str) -> None:
    with pytest.raises(NarrationError, match=words):
        page_of(stop_of(question={"ask": "x", **question}), board)


# ---- checking ----


def test_every_mistake_is_told_with_its_stop() -> None:
    checked = check_tour(
        made(
            {"say": {"en": "{x}", "zh": "{memblock.memory.cnt}"}, "title": {"en": "t", "zh": "t"}},
            {"at": "nowhere_at_all"},
            {"ask": "run away"},
            {"ask": "who nonsense"},
            {"ask": "who 0x40210000"},
            {"question": {"ask": "x", "answer": "1", "choices": ["2", "3"]}},
        ),
        debugger("virt-1g"),
    )
    told_of = [str(mistake) for mistake in checked.mistakes]
    assert told_of[0].startswith("stop 2 (nowhere_at_all): this boot never calls nowhere_at_all")
    assert told_of[1] == "stop 1 (paging_init): say.en: {x}: unknown name 'x' at column 1"
    assert "stop 3 (paging_init): ask: 'run away': expected a command that only asks" in told_of[2]
    assert told_of[3].startswith("stop 4 (paging_init): ask: 'who nonsense'")
    assert told_of[4].startswith("stop 6 (paging_init): question.en: answer = '1': 1 is none of the choices")
    assert len(told_of) == 5
    assert checked.expressions == 2


def test_advice_is_no_mistake() -> None:
    checked = check_tour(
        made(
            {"say": "It has 64 MiB at 0x48000000."},
            {"say": "A sentence. " * 7},
            {"say": {"en": "x" * 700, "zh": "一"}},
            {"title": {"zh": "一"}},
        ),
        debugger("virt-1g"),
    )
    assert not checked.mistakes
    said = "\n".join(map(str, checked.remarks))
    for each in (
        "64 MiB is typed",
        "0x48000000 is typed",
        "7 sentences",
        "700 columns",
        "it lacks en",
    ):
        assert each in said


def test_a_tour_without_stops_in_a_boot_is_a_mistake() -> None:
    checked = check_tour(made({"at": "reserve_regions", "optional": True}), debugger("virt-1g"))
    assert [mistake.words for mistake in checked.mistakes] == ["none of its stops is in this boot"]
