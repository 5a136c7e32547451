"""A page of ours in a real browser, which has no network; tests that need one are skipped where there is
none.

`BROWSER` is found among the system's programs: playwright drives it and downloads nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (apt install chromium)")
PHONE, DESK = (390, 844), (1400, 950)


class Seen:
    """What a browser complained of, and what it asked the network for."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []


@contextmanager
def started() -> Iterator[Any]:
    """A browser.  While it is there no test can be a coroutine: playwright has an event loop of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Any, file: Path, size: tuple[int, int] = DESK, colours: str = "light", at: str = ""
) -> Iterator[tuple[Any, Seen]]:
    """A file in a window of so many pixels, of somebody who likes these `colours` and was never here before;
    `at` is the part of its address behind ``#``."""
    seen = Seen()
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colours, offline=True
    )
    page = context.new_page()
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda said: seen.errors.append(said.text))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(f"{file.as_uri()}{f'#{at}' if at else ''}")
    yield page, seen
    context.close()
