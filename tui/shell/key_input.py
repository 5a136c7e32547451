"""Keys before the table of keys is asked what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

from ..actions.prefix import key_pressed

if TYPE_CHECKING:
    from .host import Host


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
    key_pressed(host, event.key)
    if host.letter_taker is None:
        return False
    taker, host.letter_taker = host.letter_taker, None
    taker(event.character or event.key)
    return True
