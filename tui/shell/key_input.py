"""Keys before the table of keys is asked what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

from ..actions.prefix import key_pressed

if TYPE_CHECKING:
    from .host import Host


def answers(host: Host, key: str, is_enter: bool) -> bool:
    """Whether a key answers a question, or goes on behind an answer."""
    quizzing = host.quizzing
    if quizzing.asked is None and not quizzing.is_told:
        return False
    from ..actions.quizzing.asking import answers_by_key  # only where something is asked
    from ..panes.pane import Pane

    has_page = host.narrator.has_focus
    if not has_page and not isinstance(host.focused, Pane):
        return False
    return answers_by_key(host, "enter" if is_enter else key, has_page)


def takes_key(host: Host, event: Key) -> bool:
    """Whether a key is no key of the table's, for once: it waits for a boot, or it is the letter that is
    waited for."""
    if event.key.startswith("alt+") and event.is_printable:
        # Escape and a letter typed at once: a terminal sends the same for Alt and the letter.
        host.post_message(Key("escape", None))
        host.post_message(Key(event.key.removeprefix("alt+"), event.character))
        return True
    if host.ahead.takes_key(event):
        return True
    if answers(host, event.character or event.key, event.key == "enter"):
        return True
    key_pressed(host, event.key)
    if host.letter_taker is None:
        return False
    taker, host.letter_taker = host.letter_taker, None
    taker(event.character or event.key)
    return True
