"""Whether HTML is well formed."""

from __future__ import annotations

from html.parser import HTMLParser

EMPTY = ("meta", "br", "link", "input")
"""Elements that have no end."""


class Balance(HTMLParser):
    """Fails if not every element that begins ends, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """An element begins."""
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """An element that ends where it begins."""

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        assert self.open.pop() == tag
