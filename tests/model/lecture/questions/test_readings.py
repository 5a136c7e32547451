"""Answers as people write them."""

from __future__ import annotations

import pytest
from bootstep.model.lecture.questions.readings import (
    UnreadableAnswer,
    addresses,
    amounts,
    plain_name,
    ranges,
)

K, M, G = 1 << 10, 1 << 20, 1 << 30


@pytest.mark.parametrize(
    "text",
    [
        "0x40000000",
        "1G",
        "1024M",
        "1 GiB",
        "1048576K",
        "40000000",
        "0x4000_0000",
        "1073741824",
        "0X40000000",
        "[mem 0x40000000-0x4fffffff]",
        "0x40000000..0x5",
        "1G - 2G",
        " 1gb ",
        "0x3ff00000 + 1M",
    ],
)
def test_an_address(text: str) -> None:
    assert any(G in span for span in addresses(text))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("16 MiB", 16 * M),
        ("16M", 16 * M),
        ("0x1000000", 16 * M),
        ("16777216", 16 * M),
        ("16384K", 16 * M),
        ("16 MB", 16 * M),
        ("13.6 MiB", 0xDA0000),
        ("13.6M", 0xDA0000),
        ("4096 bytes", 4096),
        ("none", 0),
    ],
)
def test_a_size(text: str, size: int) -> None:
    assert any(size in span for span in amounts(text, 1))


def test_a_decimal_point_is_as_good_as_its_last_digit() -> None:
    assert not any(0xDA0000 in span for span in amounts("13.7M", 1))
    assert not any(0xDA0000 in span for span in amounts("13.60M", 1))


@pytest.mark.parametrize("text", ["12", "0xc", "12 regions", "12 个", "12pages"])
def test_a_count(text: str) -> None:
    assert amounts(text, 0) == [(12, 12)]


@pytest.mark.parametrize("text", ["1003152", "1003152K", "1003152 KiB", "979.6M", "1003152 pages"])
def test_an_amount_in_its_own_unit(text: str) -> None:
    assert any(1003152 in span for span in amounts(text, K))


@pytest.mark.parametrize(
    "text",
    [
        "0x40000000-0x4fffffff",
        "[mem 0x40000000-0x4fffffff]",
        "1G to 0x50000000",
        "1G, 256M",
        "1G + 256M",
        "0x40000000 .. 0x50000000",
    ],
)
def test_a_range(text: str) -> None:
    assert (G, 0x5000_0000) in ranges(text)


@pytest.mark.parametrize("text", ["ZONE_DMA32", "dma32", "zone DMA 32", "Dma-32"])
def test_a_name(text: str) -> None:
    assert plain_name(text) == "dma32"


@pytest.mark.parametrize(
    "text", ["banana", "", "0x", "12 of 13", "\x1b[2J", "9" * 199, "1..", "-", "+", "1e", "0xg"]
)
@pytest.mark.parametrize(
    "read", [addresses, lambda text: amounts(text, 1), lambda text: amounts(text, 0), ranges]
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, read: object) -> None:
    try:
        read(text)  # pyright: ignore
    except UnreadableAnswer as error:
        assert "\x1b" not in str(error)
        assert len(str(error)) < 200


@pytest.mark.parametrize("text", ["banana", "0xg", "", "-"])
def test_no_number_at_all(text: str) -> None:
    with pytest.raises(UnreadableAnswer, match="expected an address"):
        addresses(text)
    with pytest.raises(UnreadableAnswer, match="expected a size"):
        amounts(text, 1)
    with pytest.raises(UnreadableAnswer, match="expected a number"):
        amounts(text, 0)
    with pytest.raises(UnreadableAnswer, match="expected a range"):
        ranges(text)
