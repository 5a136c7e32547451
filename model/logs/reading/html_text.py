"""The text of a page: without tags and entities, and what is not shown."""

from __future__ import annotations

import re

BEGUN = ("<br>", "<br ", "<br/", "<pre", "<span")
ENDED = ("</span>", "</pre>", "</p>", "</div>", "</td>", "</code>", "</body>", "</a>")
ENTITIES = re.compile(r"&(?:lt|gt|amp|quot|nbsp|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
NAMES = (
    r"a|abbr|article|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|footer|form|h[1-6]|head|"
    r"header|hr|html|i|img|input|ins|kbd|label|li|link|main|mark|meta|nav|ol|p|pre|s|samp|script|section|small|"
    r"span|strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|title|tr|tt|u|ul|var"
)
TAG = re.compile(
    rf"<(?:/?(?:{NAMES})\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*|!--.*?--|!DOCTYPE[^>]*)>", re.IGNORECASE
)
OPEN_TAG = re.compile(rf"<(?:/?(?:{NAMES})(?:\s[^<>]*)?|!--[^>]*)$", re.IGNORECASE)
LINE_ENDS = re.compile(r"<br\s*/?>|</(?:li|tr|div|p)>(?=.)", re.IGNORECASE)
BLOCK = re.compile(r"\s*<(?:p|td|th|tr|h[1-6]|table|article|section|footer|nav|header)\b", re.IGNORECASE)
UNSHOWN = re.compile(r"<(script|style)\b", re.IGNORECASE)
AS_IT_IS = re.compile(r"<(?:pre|textarea)\b", re.IGNORECASE)
ITS_END = re.compile(r"</(?:pre|textarea)>", re.IGNORECASE)
LONGEST_TAG = 1 << 12


class Html:
    """Undoes tags and entities; where a page has a ``<pre>``, what stands outside is left out."""

    told = "it is HTML, whose tags and entities are undone"

    def __init__(self) -> None:
        self._tag = ""
        self._until = ""
        self._is_outside = False
        self._has_inside = False

    @staticmethod
    def is_in(text: str) -> bool:
        """Whether a text is put so."""
        if "</" in text and any(sign in text for sign in ENDED):
            return True
        return any(sign in text for sign in BEGUN) or ("&" in text and ENTITIES.search(text) is not None)

    @property
    def is_waiting(self) -> bool:
        """Whether a tag goes on in the next line."""
        return bool(self._tag)

    def undone(self, line: str) -> list[str]:
        """Several where there are line ends in HTML."""
        line = self._inside(self._with_whole_tags(self._shown(line)))
        parts = LINE_ENDS.sub("\n", line).split("\n") if "<" in line else [line]
        from html import unescape  # few texts have entities

        return [unescape(TAG.sub("", part)).replace("\xa0", " ") for part in parts]

    def rest(self) -> list[str]:
        """Nothing: a tag that does not end is no line."""
        return []

    def _shown(self, line: str) -> str:
        """A line without scripts and styles."""
        if self._until:
            if self._until not in line.lower():
                return ""
            self._until = ""
        if unshown := UNSHOWN.search(line):
            closing = f"</{unshown[1].lower()}"
            if closing not in line.lower()[unshown.end() :]:
                self._until = closing
                return line[: unshown.start()]
        return line

    def _with_whole_tags(self, line: str) -> str:
        """A line with the beginning of its first tag, and without one that goes on."""
        line, self._tag = self._tag + line, ""
        if opened := OPEN_TAG.search(line[-LONGEST_TAG:]):
            self._tag = opened[0] + " "
            return line[: len(line) - len(opened[0])]
        return line

    def _inside(self, line: str) -> str:
        """What of a line is text that is shown as it is, if there is any such in the page."""
        if begun := AS_IT_IS.search(line):
            self._is_outside, self._has_inside = False, True
            line = line[begun.start() :]
        elif self._is_outside or (self._has_inside and BLOCK.match(line)):
            return ""
        if self._has_inside and (end := ITS_END.search(line)):
            self._is_outside = True
            return line[: end.end()]
        return line
