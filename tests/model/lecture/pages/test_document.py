"""The page as text: it is one sound document, and whatever is in a machine's files stays text.

Covers document.py, page_words.py, naming.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from balanced_html import Balance
from bootstep.model.lecture.pages.page_words import KEYS
from bootstep.tui.cli.main import main
from hostile_boots import IMAGE, MARKUP, hostile_log, hostile_tree

LARGEST = 1_000_000


def exported(machine: str, *words: str) -> str:
    """The page of a machine."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        assert main(["export", machine, "--html", str(file), *words]) == 0
        return file.read_text(encoding="utf-8")


page = cache(exported)
"""The same, made once for all that look at it."""


def data_of(whole: str) -> Any:
    """What the script reads."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', whole, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("machine", ["virt-1g", "pc-2g", "broken-1g"])
def test_a_page_needs_nothing_else(machine: str) -> None:
    whole = page(machine)
    assert len(whole.encode()) < LARGEST
    Balance(
        re.sub(
            r"<script.*?</script>|<style>.*?</style>",
            "",
            whole.removeprefix("<!DOCTYPE html>"),
            flags=re.DOTALL,
        )
    )
    assert not re.search(
        r"<(link (?!rel=\"icon\" href=\"data:)|img|iframe|object)|@import|url\(|innerHTML|eval\(", whole
    )
    assert re.findall(r"https?://[^\"' ]+", whole) == ["http://www.w3.org/2000/svg"]


def test_what_may_run_is_what_is_in_it() -> None:
    whole = page("virt-512m")
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', whole)
    assert found
    policy = dict(each.strip().split(" ", 1) for each in found[1].split(";"))
    script, style = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", whole, re.DOTALL)[::-1]
    for directive, content in (("script-src", script), ("style-src", style)):
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"


@pytest.mark.parametrize("make", [hostile_tree, hostile_log])
def test_what_files_say_is_never_markup(tmp_path: Path, make: Any) -> None:
    file = make(tmp_path)
    words = ("virt-1g", "--dtb", str(file), "--cmdline", MARKUP) if make is hostile_tree else (str(file),)
    whole = page(*words)
    assert "<img" not in whole and "<!--" not in whole
    assert whole.count("</script>") == 2
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", whole)
    told = str(data_of(whole))
    assert IMAGE in told and MARKUP in told


def test_the_title_is_what_somebody_gives() -> None:
    whole = page("virt-512m", "--title", "Lesson <1>")
    assert "<h1>Lesson &lt;1&gt;</h1>" in whole and data_of(whole)["title"] == "Lesson <1>"
    assert "virt-512m · arm64 · Linux 6.1" in whole


def test_the_page_speaks_the_chosen_language() -> None:
    whole = page("virt-512m", "--lang", "zh")
    assert '<html lang="zh">' in whole
    assert "物理内存" in whole and data_of(whole)["words"]["reveal"] == "显示答案"
    assert '<html lang="en">' in page("virt-512m")


def test_every_key_of_the_page_is_told_on_it() -> None:
    whole = page("virt-512m")
    script = re.findall(r"<script>(.*?)</script>", whole, re.DOTALL)[0]
    names = {"→": "ArrowRight", "←": "ArrowLeft"}
    for key in " ".join(keys for keys, _ in KEYS).split():
        assert re.search(rf'(?m)[\s"]{re.escape(names.get(key, key))}"?: \(\)', script), key


def test_the_same_boot_is_the_same_page() -> None:
    assert exported("virt-512m") == page("virt-512m")


def test_a_page_of_nothing_is_one_step() -> None:
    data = data_of(page("virt-512m", "--from", "start", "--to", "start"))
    assert [step["position"] for step in data["steps"]] == [0]
