"""States as a page of HTML."""

from __future__ import annotations

import re

import pytest
from balanced_html import Balance
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.views.page import page_lines
from bootstep.model.views.state import StateView


@pytest.mark.parametrize("name", ["virt-1g", "pc-2g", "broken-1g"])
def test_a_page_needs_nothing_else_and_has_everything(name: str) -> None:
    boot = ModelBoot.of(read_machine(name))
    boot.run()
    debugger = Debugger(boot.trace, boot.facts)
    states = [StateView(debugger, position) for position in (0, len(boot.trace) // 2, len(boot.trace))]
    page = "\n".join(page_lines(states, "A <page>"))
    Balance(page.removeprefix("<!DOCTYPE html>"))
    assert not re.search(r"<(script|link|img)|https?://(?!www\.w3\.org/2000/svg)|@import|url\(", page)
    assert page.count("<svg") == 1
    assert page.count("where the RAM went") == page.count("memblock.reserved:") == len(states)
    assert "A &lt;page&gt;" in page and "<page>" not in page
    for number in range(len(states)):
        assert page.count(f'id="state{number}"') == page.count(f'href="#state{number}"') == 1
