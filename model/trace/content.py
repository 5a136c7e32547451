"""What a part of the state may hold, in words of types: a trace that comes from a file is believed nothing
beyond that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from .events import Kind


class Content(Struct, frozen=True):
    """What a part of the state may hold, and the `kind` of event that changes it.  By type hints: its first
    `snapshot`, the items of its list, the entries it has by fixed names, or any others by `key` and `value`
    (None: there is no such thing)."""

    kind: Kind
    snapshot: Any
    item: Any = None
    named: Mapping[str, Any] = {}
    key: Any = None
    value: Any = None
