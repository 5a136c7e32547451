"""The server: pages, sessions, and their limits."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import WSMsgType, web
from msgspec import Struct
from textual_serve import server as textual_server

from ....model.base.errors import InputError
from ....model.language.words import tr
from .invitation import Offer, Visit, command_words, visit_of, visit_of_token
from .messages import LARGEST, Focus, Pinged, Resized, Typed, read_message, terminal_size
from .page import POLICY, note_page, terminal_page
from .session import Session
from .visit import VisitorRoom

STATIC = Path(textual_server.__file__).parent / "static"
"""The terminal that browsers show, as textual-serve brings it."""
TITLE = "bootstep"
LOOPBACK = frozenset(("localhost", "127.0.0.1", "[::1]", "::1"))


class Limits(Struct, frozen=True):
    """Sessions at a time, seconds that one may be idle, and the bytes of memory that each may have."""

    sessions: int
    idle: float
    memory: int


class Server:
    """Serves an offer at a host's port.  `read` are the files, beside the package's own, that the machines
    are made of; `say` is told what people should see."""

    def __init__(
        self, offer: Offer, limits: Limits, read: list[str], is_loopback: bool, say: Callable[[str], None]
    ) -> None:
        self.offer = offer
        self.limits = limits
        self.read = read
        self.is_loopback = is_loopback
        self.say = say
        self.sessions: set[Session] = set()

    def application(self) -> web.Application:
        """What answers requests."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self.page),
                web.get("/ws/{token}", self.socket),
                web.static("/static", STATIC),
            ]
        )
        app.on_shutdown.append(self._end_all)
        return app

    async def _end_all(self, app: web.Application) -> None:
        await asyncio.gather(*(session.end() for session in [*self.sessions]))

    # ---- pages ----

    async def page(self, request: web.Request) -> web.Response:
        """The page of a visit, or one that says why there is none."""
        self._check_host(request)
        try:
            visit = visit_of(request.query, self.offer)
        except InputError as error:
            return _html(note_page(TITLE, str(error)), 404)
        if len(self.sessions) >= self.limits.sessions:
            return _html(note_page(TITLE, self._full()), 503)
        title = f"{visit.machine} · {TITLE}"
        scheme = "wss" if request.secure else "ws"
        socket = f"{scheme}://{request.host}/ws/{visit.token}"
        size = request.query.get("fontsize", "16")
        return _html(terminal_page(title, socket, size), sockets=f"{scheme}://{request.host}")

    def _full(self) -> str:
        return tr(
            "All {count} sessions are taken. Try again when somebody has left.", count=self.limits.sessions
        )

    def _check_host(self, request: web.Request) -> None:
        """Pages of other sites must not speak to a server of this computer alone, whatever name they give
        it."""
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if self.is_loopback and host not in LOOPBACK:
            raise web.HTTPForbidden(text="not served under this name")

    # ---- sessions ----

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """The terminal of a page."""
        self._check_host(request)
        origin = request.headers.get("Origin", "")
        if origin.partition("://")[2] != request.host:
            raise web.HTTPForbidden(text="not for pages of other sites")
        try:
            visit = visit_of_token(request.match_info["token"], self.offer)
        except InputError as error:
            raise web.HTTPNotFound(text=str(error)) from None
        if len(self.sessions) >= self.limits.sessions:
            raise web.HTTPServiceUnavailable(text=self._full())
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=LARGEST)
        size = terminal_size(_number(request, "width", 80), _number(request, "height", 24))
        with tempfile.TemporaryDirectory(prefix="bootstep-visit-", ignore_cleanup_errors=True) as own:
            session = Session(self._room(visit, own), socket)
            self.sessions.add(session)
            try:
                await socket.prepare(request)
                await session.start(*size)
                await self._serve(socket, session)
            finally:
                await session.end()
                self.sessions.discard(session)
        return socket

    def _room(self, visit: Visit, own: str) -> VisitorRoom:
        return VisitorRoom(own, self.read, self.limits.memory, command_words(visit, self.offer))

    async def _serve(self, socket: web.WebSocketResponse, session: Session) -> None:
        """Pass on what comes, until the page is closed or nobody types any more."""
        typed = time.monotonic()
        while not socket.closed:
            rest = typed + self.limits.idle - time.monotonic()
            if rest <= 0:
                await socket.close()
                return
            try:
                got = await socket.receive(timeout=rest)
            except TimeoutError:
                continue
            if got.type != WSMsgType.TEXT:
                return
            message = read_message(got.data)
            if message is None:
                return
            if isinstance(message, Typed):
                typed = time.monotonic()
            await _pass_on(message, socket, session)


async def _pass_on(
    message: Typed | Resized | Pinged | Focus, socket: web.WebSocketResponse, session: Session
) -> None:
    match message:
        case Typed(text):
            await session.send_bytes(text.encode("utf-8", "replace"))
        case Resized(columns, rows):
            await session.set_terminal_size(columns, rows)
        case Pinged(text):
            await socket.send_json(["pong", text])
        case Focus(is_there):
            await (session.focus() if is_there else session.blur())


def _html(text: str, status: int = 200, sockets: str = "") -> web.Response:
    headers = {
        "Content-Security-Policy": POLICY.format(sockets=sockets),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _number(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise
