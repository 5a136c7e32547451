"""A document that a stub has, such as ``target.xml``, read part by part (``qXfer``)."""

from __future__ import annotations

from ...model.language.words import tr
from .connection import Connection
from .description import MOST_BYTES, BadDescription
from .packets import escaped


async def document(connection: Connection, name: str, packet_bytes: int) -> bytes:
    """The bytes of a document of the target's description.  Raises `RemoteError`; `BadDescription`: there is
    none, or it does not end."""
    data = bytearray()
    annex = escaped(name.encode("utf-8", "replace"))
    if not name or len(annex) > 100 or b":" in annex:
        raise BadDescription(tr("no document can be called {name}", name=name[:100]))
    most = max(packet_bytes - 5, 32)
    while True:
        answer = await connection.one(b"qXfer:features:read:%b:%x,%x" % (annex, len(data), most))
        if answer[:1] not in (b"m", b"l"):
            raise BadDescription(tr("there is no {name}", name=name))
        data += answer[1:]
        if answer[:1] == b"l":
            return bytes(data)
        if len(answer) == 1 or len(data) > MOST_BYTES:
            raise BadDescription(tr("{name} does not end", name=name))
