"""The virtual address map against the constants that real kernels' compilers saw.

Covers constants.py, model/build/address_map.py.
"""

import json
from pathlib import Path

import pytest
from bootstep.model.arch.arm64.address_map import Arm64Layout, address_map_of
from bootstep.model.base.errors import InputError
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release

KERNELS = Path(__file__).parents[3] / "data" / "kernels"


def read(kernel: str) -> tuple[KConfig, dict[str, int]]:
    folder = KERNELS / kernel
    return KConfig.parse((folder / "config").read_text()), json.loads((folder / "consts.json").read_text())


@pytest.mark.parametrize("kernel", ["6.1-4k48", "6.1-64k48", "6.1.0-50-arm64", "6.12-4k48", "6.12-16k47"])
def test_every_constant_is_the_compilers(kernel: str) -> None:
    config, expected = read(kernel)
    version = expected["LINUX_VERSION_CODE"]
    layout = address_map_of(
        Release(version >> 16, version >> 8 & 255, version & 255), config, expected["sizeof_struct_page"]
    )
    computed = layout.constants()
    both = computed.keys() & expected.keys()
    wrong = {name: (computed[name], expected[name]) for name in both if computed[name] != expected[name]}
    assert not wrong
    assert len(both) >= 50


def test_the_map_of_the_6_6_machine_in_the_documents() -> None:
    config, _ = read("6.1-4k48")
    layout = address_map_of(Release(6, 6), config)
    assert layout.vmemmap.end == 0xFFFFFE0000000000
    assert layout.vmemmap.size == 0x20000000000
    assert layout.vmemmap.start == 0xFFFFFC0000000000
    assert (Arm64Layout(layout).pci_io.start, Arm64Layout(layout).pci_io.end) == (
        0xFFFFFBFFFE800000,
        0xFFFFFBFFFF800000,
    )
    assert layout.fixmap.end == 0xFFFFFBFFFE000000
    assert layout.vmalloc.end == 0xFFFFFBFFF0000000
    assert layout.vmalloc.start == layout.modules.end == layout.image.start == 0xFFFF800080000000
    assert layout.modules.start == layout.direct_map.end == 0xFFFF800000000000
    assert layout.page_offset == 0xFFFF000000000000


def test_a_fixmap_slot_lies_its_index_below_the_top() -> None:
    config, constants = read("6.1-4k48")
    layout = address_map_of(Release(6, 1), config)
    assert layout.fix_to_virt("FIX_FDT") == constants["FIXADDR_TOP"] - 1024 * 4096
    assert layout.fix_to_virt("FIX_FDT") % (2 << 20) == 0, "the device tree's window is a 2 MiB block in 6.1"
    assert layout.fixmap.start == constants["FIXADDR_START"]


def test_generic_kasan_ends_the_linear_map_at_its_shadow() -> None:
    config, _ = read("6.1-4k48")
    shadowed = KConfig({**config.options, "KASAN_GENERIC": "y", "KASAN_SHADOW_OFFSET": "0xdfff800000000000"})
    layout = address_map_of(Release(6, 1), shadowed)
    assert layout.direct_map.end == 0xFFFF600000000000
    assert layout.extra["THREAD_SIZE"] == 32 << 10


def test_a_configuration_of_another_architecture_is_refused() -> None:
    with pytest.raises(InputError, match="not an arm64 kernel"):
        address_map_of(Release(6, 1), KConfig({"X86_64": "y"}))
