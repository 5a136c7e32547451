"""Words for the command line of a PC's kernel that decide about memory, chosen by chance."""

from __future__ import annotations

from random import Random

MIB = 1 << 20
Choice = tuple[float, list[str]]
"""How often one of a list is given, and the list."""


def some_options(chance: Random, mib: int, nodes: int, release: tuple[int, int]) -> list[str]:
    """Options for a board with so much memory.  Most boots have a few, some have none."""
    found: list[str] = []
    for share, choices in (*_limits(chance, mib), *_areas(mib), *_zones(nodes), *_rest(mib)):
        if chance.random() < share:
            found.append(chance.choice(choices))
    if release >= (6, 12) and chance.random() < 0.1:
        found.append(chance.choice(("reserve_mem=1M:64K:a reserve_mem=2M:4K:b", "reserve_mem=4M:4M:trace")))
    chance.shuffle(found)
    return found


def _limits(chance: Random, mib: int) -> list[Choice]:
    """mem= and memmap=: less memory than there is, and what is reserved of it."""
    return [
        (0.12, [f"mem={size}M" for size in (mib // 2, mib * 3 // 4, mib - 1, mib + 100, 300)]),
        (0.35, ["memmap=" + ",".join(_cut(chance, mib) for _ in range(chance.randrange(1, 5)))]),
        (0.06, [f"memmap=exactmap memmap=639K@0 memmap={min(mib, 1024) * 3 // 4 - 1}M@1M"]),
        (0.04, [f"memmap={chance.choice((16, 64))}M!{mib // 2}M"]),
        (0.04, [f"memmap=64M%{min(mib, 1024) // 4}M-1+{chance.choice((2, 5, 9, 12))}"]),
    ]


def _cut(chance: Random, mib: int) -> str:
    """A range of another kind than it was.  What is called usable must be memory, of which no board has less
    than a GiB below its hole."""
    size = chance.choice(("4K", "1M", "2M", "3M", "0x5800", "16M", "64M"))
    kind = chance.choice("$$$#@")
    end = min(mib, 1024) - 64 if kind == "@" else max(mib, 200)
    at = chance.randrange(min(64, end - 8) * MIB, end * MIB, 1 << chance.choice((8, 12, 12, 20)))
    return f"{size}{kind}{at:#x}"


def _areas(mib: int) -> list[Choice]:
    crash = ["64M", "128M", "256M", "512M", "900M", "64M,high", "256M,high crashkernel=64M,low", "64M,low"]
    crash += ["1G-:64M", "512M-2G:32M,2G-:128M", f"64M@{mib // 2 // 16 * 16}M", "1G,high"]
    huge = ["hugepages=8", "hugepagesz=2M hugepages=16", "hugepagesz=1G hugepages=1", "hugetlb_cma=64M"]
    huge += ["hugetlb_cma=1G", "default_hugepagesz=1G hugepages=1", "default_hugepagesz=2M hugepages=4"]
    cma = ["0", "8M", "32M", "64M", "128M", "1G", "32M@0-4G", f"16M@{mib // 2}M", "64M@16M-512M"]
    bounce = ["noforce", "force", "4096", "1024,2", "65536", "force,2048"]
    return [
        (0.3, [f"crashkernel={words}" for words in crash]),
        (0.15, huge),
        (0.15, [f"cma={words}" for words in cma]),
        (0.1, [f"swiotlb={words}" for words in bounce]),
        (0.05, ["memtest=1" if mib <= 768 else "memtest=0"]),
    ]


def _zones(nodes: int) -> list[Choice]:
    sizes = ("64M", "128M", "512M", "30%", "50%", "mirror", "5G")
    fake = ["numa=fake=2", "numa=fake=3", "numa=fake=4", "numa=fake=256M", "numa=fake=2U", "numa=off"]
    return [
        (0.2, [f"{name}={size}" for name in ("kernelcore", "movablecore") for size in sizes]),
        (0.05, ["movable_node"]),
        (0.25 if nodes > 1 else 0.12, fake),
    ]


def _rest(mib: int) -> list[Choice]:
    return [
        (0.1, ["acpi=off", "acpi=noirq", "noapic", "nolapic", "nosmp", "acpi=ht", "acpi=strict"]),
        (0.12, ["nr_cpus=1", "nr_cpus=3", "maxcpus=1", "possible_cpus=8", "possible_cpus=2"]),
        (0.1, ["percpu_alloc=page", "percpu_alloc=embed"]),
        (0.15, ["nogbpages", "gbpages", "no5lvl", "nopti", "pti=on", "nopcid", "nopat"]),
        (0.08, ["vsyscall=none", "vsyscall=xonly", "rodata=off", "nohibernate"]),
        (0.08, ["log_buf_len=512K", "log_buf_len=1M", "log_buf_len=4M"]),
        (0.08, ["dhash_entries=65536", "ihash_entries=100000", "mhash_entries=64", "hashdist=0"]),
        (0.06, ["debug_pagealloc=on", "page_owner=on", "init_on_alloc=1", "kfence.sample_interval=0"]),
        (0.05, ["alloc_mptable", "update_mptable", "add_efi_memmap", "disable_mtrr_cleanup", "pci=nomsi"]),
        (0.03, ["mminit_loglevel=4", "stack_depot_disable=on", "transparent_hugepage=never"]),
    ]
