"""Addresses on buses, and what they limit."""

from __future__ import annotations

from bootstep.boots.drivers.of.address import AddressResource, max_dma_address, of_address_to_resource
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.tree import DeviceTree, DTNode

UNLIMITED = (1 << 64) - 1


def tree(body: str) -> DeviceTree:
    return compile_dts(f"/dts-v1/; / {{ #address-cells = <2>; #size-cells = <2>; {body} }};")


def node(body: str, path: str) -> DTNode:
    found = tree(body).find(path)
    assert found is not None
    return found


def limit(body: str) -> int:
    return max_dma_address(tree(body).root)


def test_a_register_at_the_root_is_where_it_says() -> None:
    uart = node("uart@9000000 { reg = <0 0x9000000 0 0x1000>; };", "/uart@9000000")
    assert of_address_to_resource(uart, 0) == AddressResource(0x9000000, 0x9000FFF)
    assert of_address_to_resource(uart, 1) is None


def test_a_bus_moves_the_addresses_of_what_is_on_it() -> None:
    bus = "#address-cells = <1>; #size-cells = <1>; ranges = <0x1000 0x1 0x0 0x1000>;"
    uart = node(f"soc {{ {bus} uart@1800 {{ reg = <0x1800 0x100>; }}; }};", "/soc/uart@1800")
    assert of_address_to_resource(uart, 0) == AddressResource(0x1_0000_0800, 0x1_0000_08FF)


def test_without_ranges_nothing_on_a_bus_is_seen_by_the_cpu() -> None:
    bus = "#address-cells = <1>; #size-cells = <1>;"
    uart = node(f"soc {{ {bus} uart@0 {{ reg = <0x0 0x100>; }}; }};", "/soc/uart@0")
    assert of_address_to_resource(uart, 0) is None


def test_devices_reach_all_memory_unless_a_bus_has_dma_ranges() -> None:
    assert limit("soc { };") == UNLIMITED
    assert limit("soc { #address-cells = <1>; #size-cells = <1>; dma-ranges; };") == UNLIMITED


def test_the_narrowest_bus_decides() -> None:
    wide = "a { #address-cells = <2>; #size-cells = <2>; dma-ranges = <0 0 0 0 0x2 0>; };"
    narrow = "b { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0 0 0 0x40000000>; };"
    assert limit(wide + narrow) == 0x3FFFFFFF


def test_a_bus_that_is_disabled_limits_nothing() -> None:
    ranges = "#address-cells = <1>; #size-cells = <1>; dma-ranges = <0 0 0 0x40000000>;"
    assert limit(f'b {{ {ranges} status = "disabled"; }};') == UNLIMITED


def test_pci_addresses_begin_with_a_cell_of_flags() -> None:
    cells = "#address-cells = <3>; #size-cells = <2>;"
    ranges = "dma-ranges = <0x02000000 0 0 0 0x40000000 0 0x40000000>;"
    assert limit(f'pcie@0 {{ device_type = "pci"; {cells} {ranges} }};') == 0x7FFFFFFF
