"""What a stub says that it can: the answer to ``qSupported``."""

from __future__ import annotations

import re
from typing import NamedTuple

ASK = b"qSupported:xmlRegisters=i386;swbreak+;hwbreak+;vContSupported+;binary-upload+"
FEWEST_BYTES, USUAL_BYTES, MOST_BYTES = 64, 400, 64 << 10
"""Bytes of a packet that we take a stub's word for, at least and at most; what it is if it says nothing or
nonsense."""


class Supported(NamedTuple):
    """Whether it has a description of its registers (`describes`), can go without acknowledgements
    (`no_acks`), reads memory as bytes (`binary`); how many bytes its packets may have (`packet_bytes`)."""

    describes: bool = False
    no_acks: bool = False
    binary: bool = False
    packet_bytes: int = USUAL_BYTES


def supported_of(answer: bytes) -> Supported:
    """What an answer says; what cannot be read in it is as if it were not there."""
    said = set(answer.split(b";"))
    size = USUAL_BYTES
    for each in said:
        found = re.fullmatch(rb"PacketSize=([0-9a-fA-F]{1,16})", each)
        if found and int(found[1], 16) >= FEWEST_BYTES:
            size = min(int(found[1], 16), MOST_BYTES)
    return Supported(
        b"qXfer:features:read+" in said, b"QStartNoAckMode+" in said, b"binary-upload+" in said, size
    )
