"""A target's description of itself; what of it is refused, with a stub that says it, is in
wire/test_misbehaving_stubs.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest
from bootstep.boots.remote.client import Client
from bootstep.boots.remote.stub.description import BadDescription, Description, Register, description_of
from fake_stub import FakeStub
from stub_story import small_machine

Connects = Callable[..., Awaitable[Client]]


async def described(documents: Mapping[str, str]) -> Description:
    async def fetch(name: str) -> bytes:
        return documents[name].encode()

    return await description_of(fetch)


async def test_registers_count_on_through_documents() -> None:
    found = await described(
        {
            "target.xml": '<target version="1.0"><architecture> toy </architecture>'
            '<xi:include href="core.xml"/><feature><reg name="d" bitsize="16"/></feature></target>',
            "core.xml": '<!DOCTYPE feature SYSTEM "gdb-target.dtd"><feature><reg name="a" bitsize="32"/>'
            '<reg name="pc" bitsize="64" type="code_ptr" regnum="7"/><reg name="c" bitsize="1"/></feature>',
        }
    )
    assert found.architecture == "toy"
    assert [(each.name, each.number, each.size) for each in found.registers] == [
        ("a", 0, 4),
        ("pc", 7, 8),
        ("c", 8, 1),
        ("d", 9, 2),
    ]
    assert [each.name for each in found.registers if each.code] == ["pc"]


@pytest.mark.parametrize(
    ("attributes", "plain"),
    [
        ('bitsize="64"', True),
        ('bitsize="64" type="data_ptr" group="general"', True),
        ('bitsize="128" type="uint128"', False),
        ('bitsize="80" type="i387_ext"', False),
        ('bitsize="32" group="float"', False),
        ('bitsize="64" type="ieee_double"', False),
    ],
)
async def test_plain_registers_are_whole_numbers(attributes: str, plain: bool) -> None:
    found = await described({"target.xml": f'<target><reg name="a" {attributes}/></target>'})
    assert [each.plain for each in found.registers] == [plain]


async def test_a_target_that_says_nothing() -> None:
    assert await described({"target.xml": "<target/>"}) == Description("", ())


@pytest.mark.parametrize(
    "text",
    ['<reg bitsize="8"/>', '<reg name="" bitsize="8"/>', '<reg name="a"/>', '<reg name="a" bitsize="٣"/>'],
)
async def test_what_is_no_register(text: str) -> None:
    with pytest.raises(BadDescription, match="register "):
        await described({"target.xml": f"<target>{text}</target>"})


async def test_entities_are_refused_before_they_grow() -> None:
    lines = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    text = f'<!DOCTYPE t [<!ENTITY e0 "ha">{lines}]><target>&e9;</target>'
    with pytest.raises(BadDescription, match=r"^target\.xml declares entities$"):
        await described({"target.xml": text})


async def test_an_architecture_that_does_not_end() -> None:
    found = await described({"target.xml": f"<target><architecture>{'a' * 9999}</architecture></target>"})
    assert len(found.architecture) <= 100


async def test_a_document_in_parts(connected: Connects) -> None:
    """Of a stub with small packets, and characters that have to be escaped."""
    machine = small_machine()
    machine.architecture = "a}#$*b"
    stub = FakeStub(machine, packet_size="40")
    client = await connected(stub)
    assert client.architecture == "a}#$*b"
    parts = [request for request in stub.requests if request.startswith(b"qXfer")]
    assert len(parts) > 30 and parts[1] == b"qXfer:features:read:target.xml:3b,3b"
    assert (await client.registers())["pc"] == 0x1000


def test_a_register() -> None:
    assert Register("x0", 0, 8, False, True).size == 8
