"""Which CPUs the device tree says there are."""

from __future__ import annotations

from bootstep.boots.arm64.kernel.smp import of_parse_and_init_cpus
from bootstep.boots.core.kernel import Kernel
from device_tree_kernel import kernel_with_tree, log


def cpu(reg: int, more: str = 'enable-method = "psci";') -> str:
    return f'cpu@{reg:x} {{ device_type = "cpu"; reg = <{reg:#x}>; {more} }};'


def kernel(*cpus: str) -> Kernel:
    k = kernel_with_tree(f"cpus {{ #address-cells = <1>; #size-cells = <0>; {''.join(cpus)} }};")
    of_parse_and_init_cpus(k)
    return k


def test_the_cpu_we_run_on_is_number_0() -> None:
    k = kernel(cpu(0), cpu(1), cpu(0x100))
    assert k.cpu_possible == (0, 1, 2)


def test_a_cpu_that_cannot_be_started_is_not_possible() -> None:
    k = kernel(cpu(0), cpu(1, ""), cpu(2, 'enable-method = "magic";'), cpu(3))
    assert k.cpu_possible == (0, 3)
    assert log(k) == [
        "/cpus/cpu@1: missing enable-method property",
        "/cpus/cpu@2: unsupported enable-method property: magic",
    ]


def test_two_cpus_of_one_number_are_one() -> None:
    k = kernel(cpu(0), cpu(1), cpu(1).replace("cpu@1", "cpu@2"))
    assert k.cpu_possible == (0, 1)
    assert log(k) == ["/cpus/cpu@2: duplicate cpu reg properties in the DT"]


def test_more_cpus_than_the_kernel_has_room_for_are_clipped() -> None:
    k = kernel(*(cpu(number) for number in range(18)))
    assert k.cpu_possible == tuple(range(16))
    assert log(k) == ["Number of cores (18) exceeds configured maximum of 16 - clipping"]


def test_a_cpus_node_is_its_own_or_0() -> None:
    k = kernel(cpu(0), cpu(1, 'enable-method = "psci"; numa-node-id = <3>;'))
    assert k.numa.cpu_to_node == {0: 0, 1: 0}
