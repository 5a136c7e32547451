"""The served app in a real browser.  Covers page.py."""

from __future__ import annotations

import asyncio

import pytest
from chromium import BROWSER, needs_browser
from visitors import served

pytestmark = [needs_browser, pytest.mark.slow]


def text_of(data: str | bytes) -> str:
    """What a frame of a socket draws."""
    return data if isinstance(data, str) else data.decode("utf-8", "replace")


async def test_a_link_opens_its_machine_at_its_position_and_asks_nothing_of_others() -> None:
    from playwright.async_api import WebSocket, async_playwright

    drawn: list[str] = []
    requests: list[str] = []
    errors: list[str] = []

    def opened(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda data: drawn.append(data if isinstance(data, str) else data.decode())
        )

    async def sees(words: str) -> None:
        async with asyncio.timeout(120):
            while words not in "".join(drawn):
                await asyncio.sleep(0.1)

    async with served() as (address, server), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1400, "height": 800})
        page.on("websocket", opened)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"http://{address}/?machine=virt-512m&at=sparse_init&lang=zh")
        await sees("8 / 15")
        await page.wait_for_selector("body.-first-byte")
        await page.click("#terminal")
        await page.keyboard.type(":print 6 * 7")
        await page.keyboard.press("Enter")
        await sees("= 42")
        assert len(server.sessions) == 1
        assert not errors
        assert all(url.startswith((f"http://{address}/", "data:", "blob:")) for url in requests)
        await page.keyboard.press("Escape")
        await page.keyboard.press("q")
        await page.wait_for_selector("body.-closed")
        assert await page.get_by_role("link").is_visible()
        await page.goto(f"http://{address}/?machine=nothing")
        assert "nothing is not served here" in await page.inner_text("body")
        await browser.close()
