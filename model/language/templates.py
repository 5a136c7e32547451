"""Names and reasons that are made of others, and are kept in English: said in the chosen language only where
people read them, by the templates that they were made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from .words import ENGLISH, language, tr

MOST_KNOWN = 1 << 12
"""Texts whose translation is remembered."""


class Templates:
    """What some texts are made of: sentences with a name in braces for each part, the first that fits counts.
    Parts called one of `said_too` are such texts themselves."""

    def __init__(self, templates: Iterable[str], said_too: Iterable[str]) -> None:
        self.templates = tuple(templates)
        self.said_too = frozenset(said_too)
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        self._said = lru_cache(MOST_KNOWN)(self._look_up)

    def said(self, text: str) -> str:
        """A text in the chosen language; as it is, where nobody has translated it."""
        return text if language() == ENGLISH else self._said(language(), text)

    def _look_up(self, language: str, text: str) -> str:
        whole = tr(text) if text else ""
        if whole != text:
            return whole
        if not self._patterns:
            self._patterns = [(each, _pattern(each)) for each in self.templates]
        for template, pattern in self._patterns:
            if found := pattern.fullmatch(text):
                parts = found.groupdict()
                return tr(
                    template,
                    **{
                        name: self.said(part) if name in self.said_too else part
                        for name, part in parts.items()
                    },
                )
        return text


def _pattern(template: str) -> re.Pattern[str]:
    """What a text reads like that was made of a template."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
