"""Page frame arithmetic, as include/linux/pfn.h defines it."""

from bootstep.model.base.pfn import (
    ALIGN,
    ALIGN_DOWN,
    IS_ALIGNED,
    PFN_ALIGN,
    PFN_DOWN,
    PFN_PHYS,
    PFN_UP,
    PHYS_PFN,
)
from hypothesis import given
from hypothesis import strategies as st


def test_32_bit_addresses_have_1048576_pages_of_4_kib() -> None:
    assert PHYS_PFN((1 << 32) - 1, 12) == 1048575


@given(st.integers(0, 1 << 52), st.sampled_from([12, 14, 16]))
def test_up_and_down_enclose_an_address(address: int, shift: int) -> None:
    assert PFN_PHYS(PFN_DOWN(address, shift), shift) <= address <= PFN_PHYS(PFN_UP(address, shift), shift)
    assert PFN_UP(address, shift) - PFN_DOWN(address, shift) == (0 if IS_ALIGNED(address, 1 << shift) else 1)
    assert PFN_ALIGN(address, shift) == ALIGN(address, 1 << shift)
    assert ALIGN_DOWN(address, 1 << shift) == PFN_PHYS(PHYS_PFN(address, shift), shift)
