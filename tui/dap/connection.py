"""A client's connection: a thread reads what comes, so that a long answer can be cancelled; requests are
answered one after the other."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Thread
from typing import Any, cast

from .adapter import Adapter
from .framing import Garbled, MessageReader, framed

WAITING = 256
"""Messages that are read before one is answered."""
MOST_CANCELLED = 10_000


class Connection:
    """Serves one client.  `receive` gives some bytes, none at the end; `send` takes all it is given, or
    raises `OSError` when nobody is there any more."""

    def __init__(self, adapter: Adapter, receive: Callable[[], bytes], send: Callable[[bytes], None]) -> None:
        self.adapter = adapter
        self._reader = MessageReader(receive)
        self._send = send
        self._came: Queue[Any] = Queue(WAITING)
        self._cancelled: set[int] = set()

    def serve(self) -> None:
        """Answer until the client has gone."""
        Thread(target=self._read, daemon=True, name="dap reader").start()
        while (message := self._came.get()) is not None:
            try:
                self._answer(message)
            except OSError:
                return
            if self.adapter.is_over or (isinstance(message, Garbled) and message.is_foreign):
                return

    def _answer(self, message: Any) -> None:
        """Raises `OSError` if the client has gone."""
        if isinstance(message, Garbled):
            self._send(framed(self.adapter.garbled(message.sentence)))
            return
        number = cast("dict[str, Any]", message).get("seq") if isinstance(message, dict) else None
        for answer in self.adapter.answer(message, lambda: number in self._cancelled):
            self._send(framed(answer))

    def _read(self) -> None:
        """In a thread."""
        try:
            while (message := self._reader.read()) is not None:
                self._note_cancelled(message)
                self._came.put(message)
        except (OSError, ValueError):  # the connection is closed
            pass
        self._came.put(None)

    def _note_cancelled(self, message: Any) -> None:
        match message:
            case {"command": "cancel", "arguments": {"requestId": int(number)}}:
                if len(self._cancelled) < MOST_CANCELLED:
                    self._cancelled.add(number)
            case _:
                pass
