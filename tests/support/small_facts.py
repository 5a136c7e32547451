"""What is known of the small boot's kernel beside its trace."""

from __future__ import annotations

from bootstep.model.source.facts import Facts
from small_boot import MAP


def facts() -> Facts:
    """Its address map and a symbol."""
    return Facts(address_map=MAP, symbols={"_text": 0xFFFF_8000_0800_0000})
