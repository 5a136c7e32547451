"""What of a text is seen: without what terminals obey, and what serial lines and editors leave in it."""

from __future__ import annotations

import re

TERMINAL = re.compile(
    r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[()][0-9A-B]|[=>78DEHMc])"
)
"""What a terminal obeys: colours, titles, where the cursor goes."""
LINE_END = re.compile(r"\r*\n\r*|\r+")
UNSEEN = "\0\x01\x02\x05\x06\x07\x08\x0e\x0f\x11\x13\ufeff\u200b"
_UNSEEN = str.maketrans("", "", UNSEEN)


def visible(text: str) -> str:
    """A text without what is not seen, and with one kind of line ends."""
    if "\x1b" in text:
        text = TERMINAL.sub("", text)
    if "\r" in text:
        text = LINE_END.sub("\n", text)
    return text.translate(_UNSEEN) if any(character in text for character in UNSEEN) else text
