"""The page in a real Chromium: it is stepped through, says what ``bootstep state`` says, and can be used by
everybody.

Covers document.py, page_words.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bootstep.model.lecture.tours.shipped import tour_named
from bootstep.tui.cli.main import main
from chromium import DESK, PHONE, needs_browser, opened, started
from hostile_boots import IMAGE, MARKUP, hostile_log, hostile_tree
from page_looks import CONTRAST, NAMELESS, TABLES

pytestmark = [pytest.mark.slow, needs_browser]
IS_RIGHT = "(input) => input.parentElement.className === 'right'"
TREES = {
    "tables swapper_pg_dir": "page_tables",
    "tables init_top_pgt": "page_tables",
    "tables early_top_pgt": "boot_page_tables",
}
"""The tables of page tables, and what ``bootstep state`` calls them."""


Export = Callable[..., Path]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """The page that words of ``bootstep export`` make: a machine and options.  It is written once."""

    @cache
    def page(*words: str) -> Path:
        file = tmp_path_factory.mktemp("page") / "page.html"
        assert main(["export", *words, "--html", str(file)]) == 0
        return file

    return page


def states(capsys: pytest.CaptureFixture[str], machine: str, names: list[str]) -> list[dict[str, Any]]:
    """What ``bootstep state`` says at some positions."""
    capsys.readouterr()
    assert main(["state", machine, "--format", "json", *(w for name in names for w in ("--at", name))]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def rows(tables: dict[str, Any], part: str) -> Iterator[dict[str, str]]:
    """The rows of a table by their headings."""
    table = tables.get(part, {"headings": [], "rows": []})
    return (dict(zip(table["headings"], row, strict=True)) for row in table["rows"])


def compare(tables: dict[str, Any], state: dict[str, Any]) -> None:
    """Hold what is on the page against a state."""
    for part in ("memory", "reserved"):
        told = state["memblock"][part]
        regions = [each for each in told["regions"] if each["size"] != "0x0"]
        shown = [(row["base"], row["end"]) for row in rows(tables, part)]
        assert shown == [
            (each["base"], hex(int(each["base"], 16) + int(each["size"], 16))) for each in regions
        ]
        if part in tables:
            assert f"({told['total_size']})" in tables[part]["caption"]
    for part, name in TREES.items():
        if part not in tables:
            continue
        tree = state[name]
        shown_runs = [(row["from"], row["to"], row["physical"]) for row in rows(tables, part)]
        assert shown_runs == [(run["va_start"], run["va_end"], run["pa_start"]) for run in tree["runs"]]
        assert tables[part]["caption"].split()[0] == str(tree["table_count"])
    zones = [zone for node in state.get("nodes", []) for zone in node["zones"]]
    shown_zones = [
        (row["zone"], row["spanned"], row["present"], row["managed"]) for row in rows(tables, "zones")
    ]
    assert shown_zones == [
        (zone["name"], *(str(zone[name]) for name in ("spanned", "present", "managed"))) for zone in zones
    ]
    shown_sections = [int(row["section"]) for row in rows(tables, "sections")]
    assert shown_sections == [each["nr"] for each in state["sections"]["sections"]]


@pytest.mark.parametrize("machine", ["virt-1g", "pc-2g", "server-8g"])
def test_every_step_says_what_state_says(
    capsys: pytest.CaptureFixture[str], browser: Any, exported: Export, machine: str
) -> None:
    with opened(browser, exported(machine)) as (page, seen):
        names: list[str] = []
        shown: list[dict[str, Any]] = []
        for _ in range(int(page.get_attribute("#slider", "max"))):
            names.append(page.inner_text("#name"))
            shown.append(
                {part: table for part, table in page.evaluate(TABLES).items() if not table["hidden"]}
            )
            page.keyboard.press("ArrowRight")
        assert names[-1] == "end" and len(names) > 20
        assert shown[-1].keys() & TREES.keys()
        assert not seen.errors and len(seen.requests) == 1
    for tables, state in zip(shown, states(capsys, machine, names), strict=True):
        compare(tables, state)


def test_keys_buttons_slider_and_list_lead_to_the_same_steps(browser: Any, exported: Export) -> None:
    with opened(browser, exported("virt-512m")) as (page, seen):
        count = int(page.get_attribute("#slider", "max"))

        def here() -> int:
            number = int(page.inner_text("#count").split(" / ")[0])
            assert page.input_value("#slider") == str(number) and page.input_value("#jump") == str(number - 1)
            assert page.evaluate("location.hash") == f"#{number}"
            return number

        expected = [
            ("s", 2),
            ("n", 3),
            ("ArrowRight", 4),
            ("PageDown", 5),
            ("S", 4),
            ("N", 3),
            ("ArrowLeft", 2),
        ]
        expected += [
            ("PageUp", 1),
            ("ArrowLeft", 1),
            ("End", count),
            ("s", count),
            ("Home", 1),
            ("$", count),
            ("0", 1),
        ]
        for key, number in expected:
            page.keyboard.press(key)
            assert here() == number, key
        phases = page.evaluate(
            "[...document.querySelectorAll('optgroup')].map((each) => each.children[0].value)"
        )
        page.keyboard.press("}")
        assert here() == int(phases[1]) + 1
        page.keyboard.press("}")
        assert here() == int(phases[2]) + 1
        page.keyboard.press("{")
        assert here() == int(phases[1]) + 1
        page.click("#on")
        page.click("#on")
        page.click("#back")
        assert here() == int(phases[1]) + 2
        page.fill("#slider", "7")
        assert here() == 7
        page.focus("#slider")
        page.keyboard.press("ArrowRight")
        assert here() == 8
        page.select_option("#jump", "3")
        assert here() == 4
        page.keyboard.press("End")  # in the list this is the list's own
        page.evaluate("location.hash = '#6'")
        page.wait_for_function("document.getElementById('count').textContent.startsWith('6 ')")
        assert here() == 6
        assert "6" in page.inner_text("#live") and page.inner_text("#title") in page.inner_text("#live")
        assert page.title().startswith("6/")
        assert not seen.errors
    with opened(browser, exported("virt-512m"), at="12") as (page, _):
        assert page.inner_text("#count").startswith("12 ")


def test_going_back_shows_what_coming_showed(browser: Any, exported: Export) -> None:
    seen_now = """() => [...document.querySelectorAll("section, details[data-part]:not([hidden])")]
      .map((card) => card.innerHTML)"""
    with opened(browser, exported("virt-512m")) as (page, _):
        count = int(page.get_attribute("#slider", "max"))
        there: list[list[str]] = []
        for _ in range(count):
            there.append(page.evaluate(seen_now))
            page.keyboard.press("s")
        assert len(set(map(str, there))) == count
        for before in reversed(there):
            assert page.evaluate(seen_now) == before
            page.keyboard.press("S")


def test_it_plays_by_itself_and_is_paused(browser: Any, exported: Export) -> None:
    with opened(browser, exported("virt-512m")) as (page, _):
        page.clock.install()
        page.reload()
        page.keyboard.press("p")
        assert page.get_attribute("#play", "aria-pressed") == "true"
        page.clock.run_for(6500)
        assert page.inner_text("#count").startswith("3 ")
        page.click("#play")
        page.clock.run_for(9000)
        assert page.inner_text("#count").startswith("3 ")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("machine", ["virt-1g", "broken-1g"])
def test_everybody_can_read_it(
    browser: Any, exported: Export, colours: str, size: tuple[int, int], machine: str
) -> None:
    with opened(browser, exported(machine), size, colours) as (page, seen):
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        count = int(page.get_attribute("#slider", "max"))
        for number in (1, count // 3, count // 2, count - 2, count):
            page.evaluate(f"location.hash = '#{number}'")
            page.wait_for_function(f"document.getElementById('count').textContent.startsWith('{number} ')")
            assert page.evaluate(CONTRAST) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert not seen.errors
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.keyboard.press("d")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
        assert page.get_attribute("#theme", "aria-pressed") == str(colours == "light").lower()
        assert page.evaluate(CONTRAST) == []
        page.reload()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_what_is_pressed_and_read_has_a_name(browser: Any, exported: Export) -> None:
    with opened(browser, exported("virt-1g"), at="30") as (page, _):
        assert page.get_attribute("html", "lang") == "en"
        assert page.evaluate(NAMELESS) == []
        assert page.locator("header, main, nav, footer").count() == 4
        assert page.locator("h1").count() == 1
        assert page.locator("th:not([scope])").count() == 0
        assert page.locator("table:not(:has(caption))").count() == 0
        assert page.evaluate(
            "new Set([...document.querySelectorAll('[id]')].map((each) => each.id)).size"
        ) == (page.locator("[id]").count())
        assert page.locator("#map svg").get_attribute("role") == "img"
        tree = page.locator("#slider").get_attribute("aria-valuetext")
        assert "30" in tree and page.inner_text("#title") in tree
        marks = page.evaluate("[...document.querySelectorAll('td .mark')].map((each) => each.textContent)")
        assert set(marks) <= {"+new", "~changed", "-gone"}


def test_tab_goes_through_it_in_the_order_of_reading(browser: Any, exported: Export) -> None:
    with opened(browser, exported("virt-1g"), at="22") as (page, _):
        order: list[str] = []
        for _ in range(12):
            page.keyboard.press("Tab")
            order.append(
                page.evaluate("document.activeElement.id || document.activeElement.tagName.toLowerCase()")
            )
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert order[:8] == ["a", "help", "theme", "back", "play", "slider", "on", "jump"]
        assert order[8:] == ["button", "button", "summary", "div"]
        page.keyboard.press("?")
        assert page.evaluate("document.getElementById('keys').open")
        page.keyboard.press("s")
        assert page.inner_text("#count").startswith("22 ")
        page.keyboard.press("Escape")
        assert not page.evaluate("document.getElementById('keys').open")


@pytest.mark.parametrize("by_key", [True, False])
def test_an_answer_is_revealed_when_somebody_asks(browser: Any, exported: Export, by_key: bool) -> None:
    with opened(browser, exported("virt-1g", "--questions", "5", "--seed", "1")) as (page, seen):
        answered = 0
        for _ in range(int(page.get_attribute("#slider", "max"))):
            for number in range(page.locator(".question").count()):
                question = page.locator(".question").nth(number)
                answer = question.locator(".answer")
                assert answer.inner_text() == ""
                assert question.locator("label").count() == question.locator("input").count() > 1
                first = question.locator("input").first
                first.check()
                page.keyboard.press("r") if by_key else question.locator(".reveal").click()
                right = question.locator("label.right")
                assert right.count() == 1 and answer.inner_text().startswith(right.inner_text().strip())
                assert question.locator("label.wrong").count() == int(not first.evaluate(IS_RIGHT))
                assert not question.locator(".reveal").is_visible()
                answered += 1
            assert page.evaluate(CONTRAST) == []
            page.click("#on") if page.locator("#on").is_enabled() else None
        assert answered == 5 and not seen.errors


@pytest.mark.parametrize(("colours", "size"), [("light", DESK), ("dark", PHONE)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_tour_is_on_the_page(
    browser: Any, exported: Export, colours: str, size: tuple[int, int], language: str
) -> None:
    file = exported("--tour", "dt-memblock", "--lang", language)
    assert file.stat().st_size < 1_000_000
    with opened(browser, file, size, colours) as (page, seen):
        tour = tour_named("dt-memblock")
        assert page.inner_text("h1") == tour.title[language]
        assert page.get_attribute("html", "lang") == language
        lit = 0
        for _ in range(int(page.get_attribute("#slider", "max"))):
            assert page.inner_text("#title") and page.inner_text("#told")
            assert page.evaluate(CONTRAST) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
            looked = page.locator(".look")
            lit += page.locator(".look tr.lit").count()
            for number in range(looked.count()):
                assert looked.nth(number).evaluate("(each) => each.tagName != 'DETAILS' || each.open")
            page.keyboard.press("s")
        assert lit > 0 and not seen.errors


@pytest.mark.parametrize("make", [hostile_tree, hostile_log])
def test_what_files_say_stays_text(
    browser: Any, exported: Export, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    file = make(tmp_path)
    words = ("virt-1g", "--dtb", str(file), "--cmdline", MARKUP) if make is hostile_tree else (str(file),)
    with opened(browser, exported(*words)) as (page, seen):
        told = ""
        for _ in range(int(page.get_attribute("#slider", "max"))):
            told += page.inner_text("main")
            assert page.locator("img").count() == 0
            page.keyboard.press("s")
        assert IMAGE in told and MARKUP in told
        assert page.title() != "1"
        assert not seen.errors and len(seen.requests) == 1


def test_what_changed_leads_to_its_table(browser: Any, exported: Export) -> None:
    with opened(browser, exported("virt-1g"), at="22") as (page, _):
        page.locator("#changes button", has_text="swapper_pg_dir").first.click()
        card = page.locator('[data-part="tables swapper_pg_dir"]')
        assert card.get_attribute("open") is not None
        assert card.locator("tr.new").count() == 1
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
