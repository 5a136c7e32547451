"""What a stub says that it can."""

from __future__ import annotations

import pytest
from bootstep.boots.remote.stub.supported import Supported, supported_of


@pytest.mark.parametrize(
    ("answer", "can"),
    [
        pytest.param(
            b"PacketSize=1000;qXfer:features:read+;vContSupported+;multiprocess+",
            Supported(True, False, False, 0x1000),
            id="qemu",
        ),
        pytest.param(
            b"PacketSize=47ff;QStartNoAckMode+;qXfer:features:read+;binary-upload+",
            Supported(True, True, True, 0x47FF),
            id="gdbserver",
        ),
        pytest.param(b"", Supported(), id="nothing"),
        pytest.param(b"E01", Supported(), id="an-error"),
        pytest.param(b"PacketSize=0", Supported(), id="no-bytes"),
        pytest.param(b"PacketSize=-1;PacketSize=;PacketSize=0x10", Supported(), id="no-number"),
        pytest.param(b"PacketSize=ffffffff", Supported(packet_bytes=1 << 16), id="too-many"),
    ],
)
def test_what_it_can(answer: bytes, can: Supported) -> None:
    assert supported_of(answer) == can
