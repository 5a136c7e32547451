"""The app in browsers: links, what visitors reach, limits, and sessions that see nothing of each other.

Covers invitation.py, messages.py, page.py, server.py, session.py, visit.py, listening.py, serve.py,
read_files.py.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.serving.invitation import Visit, command_words, visit_of, visit_of_token
from bootstep.tui.cli.serving.messages import Focus, Pinged, Resized, Typed, read_message
from bootstep.tui.cli.serving.page import note_page, terminal_page
from bootstep.tui.cli.serving.read_files import read_while
from bootstep.tui.cli.serving.server import Limits
from bootstep.tui.cli.serving.session import visitor_environment
from command import run
from visitors import OFFER, served, visiting

# ---- links ----


def test_a_link_carries_machine_position_language_and_tour() -> None:
    query = {"machine": "pc-2g", "at": "sparse_init:return", "lang": "zh_CN", "other": "ignored"}
    visit = visit_of(query, OFFER)
    assert visit == Visit("pc-2g", "sparse_init:return", "zh")
    assert visit_of_token(visit.token, OFFER) == visit
    assert command_words(visit, OFFER) == ["pc-2g", "--at=sparse_init:return", "--lang=zh"]
    tour = visit_of({"tour": "dt-memblock"}, OFFER)
    assert command_words(tour, OFFER) == ["tour", "dt-memblock", "virt-512m"]


@pytest.mark.parametrize(
    "query",
    [
        {"machine": "/etc/passwd"},
        {"machine": "../virt-512m"},
        {"machine": "--batch"},
        {"tour": "/tmp/own.toml"},
        {"lang": "tlh"},
        {"at": "x" * 300},
        {"at": "a\nb"},
    ],
    ids=["a file", "a path", "an option", "a tour's file", "a language", "too long", "a control character"],
)
def test_what_is_not_offered_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(InputError):
        visit_of(query, OFFER)


@pytest.mark.parametrize("token", ["%", "a", "!!!!", "YQ" * 400], ids=range(4))
def test_an_address_that_is_none_of_ours_opens_what_is_offered_or_nothing(token: str) -> None:
    with suppress(InputError):
        assert visit_of_token(token, OFFER).machine in OFFER.machines


# ---- messages and pages ----


def test_messages_of_browsers() -> None:
    assert read_message('["stdin", "s"]') == Typed("s")
    assert read_message('["resize", {"width": 100000, "height": -5}]') == Resized(500, 5)
    assert read_message(f'["ping", "{"1" * 99}"]') == Pinged("1" * 40)
    assert read_message('["blur"]') == Focus(False)
    for rubbish in ("", "[", "{}", "[]", '["stdin", 5]', '["resize", {}]', "[" * 100000, '["eval", "1"]'):
        assert read_message(rubbish) is None


def test_pages_ask_for_nothing_from_elsewhere_and_escape_what_they_show() -> None:
    page = terminal_page('<script>"', "ws://h/ws/x", "99999")
    assert "https://" not in page
    assert "<title>&lt;script&gt;&quot;</title>" in page
    assert 'data-font-size="16"' in page
    assert "<b>" not in note_page("t", "<b>")


# ---- what a visitor's process is given ----


def test_nothing_of_the_server_s_own_is_kept_for_visitors(tmp_path: Path) -> None:
    given = {"HOME": "/root", "SECRET": "s", "PATH": "/bin", "XDG_CONFIG_HOME": "/root/.config"}
    found = visitor_environment(given, tmp_path)
    assert found["PATH"] == "/bin"
    assert "SECRET" not in found
    assert found["HOME"] == found["XDG_CONFIG_HOME"] == str(tmp_path)


def test_the_files_of_a_machine_are_those_that_it_reads(tmp_path: Path) -> None:
    file, other = tmp_path / "board.dts", tmp_path / "other.dts"
    file.write_text("x")
    other.write_text("x")
    found = read_while(file.read_text)
    other.read_text()
    assert found == [str(file)]


# ---- served ----


async def test_pages_for_what_is_offered_and_what_is_not() -> None:
    async with served() as (address, _), ClientSession() as client:
        async with client.get(f"http://{address}/?machine=pc-2g&at=sparse_init") as page:
            text = await page.text()
            assert page.status == 200
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert Visit("pc-2g", "sparse_init").token in text
        async with client.get(f"http://{address}/?machine=/etc/passwd") as page:
            assert page.status == 404
            assert "/etc/passwd is not served here" in await page.text()
        async with client.get(f"http://{address}/", headers={"Host": "evil.example"}) as page:
            assert page.status == 403
        async with client.get(f"http://{address}/static/../server.py") as page:
            assert page.status in (403, 404)


async def test_pages_of_other_sites_get_no_session() -> None:
    async with served() as (address, server), ClientSession() as client:
        for origin in ("http://evil.example", None):
            with pytest.raises(WSServerHandshakeError):
                await client.ws_connect(f"ws://{address}/ws/{Visit('pc-2g').token}", origin=origin)
        assert not server.sessions


@pytest.mark.slow
async def test_a_visitor_steps_at_the_position_of_the_link() -> None:
    async with served() as (address, server):
        async with visiting(address, Visit("virt-512m", "sparse_init")) as visitor:
            await visitor.arrives()
            await visitor.type(":print 6 * 7\r")
            assert await visitor.sees("= 42")
        while server.sessions:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "line",
    [
        "source /etc/passwd",
        pytest.param("diff /etc/hostname", marks=pytest.mark.slow),
        pytest.param(
            "break sparse_init\rsave breakpoints /tmp/bootstep-by-a-visitor", marks=pytest.mark.slow
        ),
    ],
    ids=["read", "another boot", "write"],
)
async def test_no_command_reaches_a_file(line: str) -> None:
    async with served() as (address, _), visiting(address, Visit("virt-512m", "sparse_init")) as visitor:
        await visitor.arrives()
        await visitor.type(f":{line}\r")
        assert await visitor.sees("visitors reach no")
        await visitor.type("print 6 * 7\r")
        assert await visitor.sees("= 42"), "the session goes on"
    assert not Path("/tmp/bootstep-by-a-visitor").exists()


@pytest.mark.slow
async def test_more_sessions_than_allowed_are_refused_in_a_sentence() -> None:
    async with (
        served(Limits(1, 600.0, 1 << 30)) as (address, server),
        ClientSession() as client,
        visiting(address, Visit("virt-512m")) as visitor,
    ):
        assert await visitor.sees("virt-512m")
        async with client.get(f"http://{address}/") as page:
            assert page.status == 503
            assert "sessions are taken" in await page.text()
        with pytest.raises(WSServerHandshakeError):
            async with visiting(address, Visit("virt-512m")):
                pass
        assert len(server.sessions) == 1


@pytest.mark.slow
async def test_a_session_in_which_nobody_types_ends() -> None:
    async with (
        served(Limits(1, 0.5, 1 << 30)) as (address, _),
        visiting(address, Visit("virt-512m")) as visitor,
    ):
        assert not await visitor.sees("this is never drawn")


@pytest.mark.slow
async def test_rubbish_ends_the_session_and_nothing_else() -> None:
    async with served() as (address, _):
        async with visiting(address, Visit("virt-512m")) as visitor:
            await visitor.socket.send_str("[" * 5000)  # pyright: ignore
            assert not await visitor.sees("this is never drawn")
        async with visiting(address, Visit("virt-512m")) as visitor:
            assert await visitor.sees("virt-512m")


@pytest.mark.slow
async def test_ten_sessions_at_once_and_none_sees_another_s() -> None:
    async def visit(address: str, number: int) -> str:
        machine = ("virt-512m", "pc-2g")[number % 2]
        async with visiting(address, Visit(machine, "sparse_init")) as visitor:
            await visitor.arrives(400)
            await visitor.type(f":set $own = {7000 + number}\r")
            await visitor.type("print $own * 10\r")
            assert await visitor.sees(f"= {70000 + 10 * number}", 400)
            return visitor.drawn

    async with served() as (address, _):
        drawn = await asyncio.gather(*(visit(address, number) for number in range(10)))
    everybody = {f"= {70000 + 10 * number}" for number in range(10)}
    for number, text in enumerate(drawn):
        assert [each for each in everybody if each in text] == [f"= {70000 + 10 * number}"]


# ---- the command line ----


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--port", "70000"], "--port 70000: expected a number from 0 to 65535"),
        (["--sessions", "0"], "--sessions 0: expected a number from 1 to 1000"),
        (["--idle", "soon"], "--idle soon: expected a time"),
        (["--session-memory", "1M"], "--session-memory 1M: expected a size of at least 256M"),
        (["/nowhere.toml"], "/nowhere.toml"),
    ],
    ids=["port", "sessions", "idle", "memory", "machine"],
)
def test_bad_words(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "serve", *words)
    assert status == 2
    assert told in err
