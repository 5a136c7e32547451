"""Words for a kernel's command line that decide about memory, chosen by chance."""

from __future__ import annotations

from random import Random

MIB = 1 << 20


def some_options(chance: Random, base: int, size: int, release: tuple[int, int]) -> list[str]:
    """Options for a board with `size` bytes of memory at `base`.  Most boots have a few, some have none."""
    mib = size // MIB
    options: list[str] = []
    for share, choices in _choices(base, mib, release):
        if chance.random() < share:
            options.append(chance.choice(choices))
    chance.shuffle(options)
    return options


def _choices(base: int, mib: int, release: tuple[int, int]) -> list[tuple[float, list[str]]]:
    """Pairs of how often one of a list is given, and the list."""
    middle, quarter = base + mib // 2 * MIB, base + mib // 4 * 2 * MIB
    sizes = ("64M", "128M", "512M", "30%", "50%", "mirror", "5G")
    found = [
        (0.7, ["nokaslr"]),
        (0.15, [f"mem={size}M" for size in (mib // 2, mib * 3 // 4, mib - 1, mib + 100, 200)]),
        (0.3, [f"cma={size}" for size in _cma_sizes(middle)]),
        (0.3, _crash_kernels(quarter)),
        (0.2, [f"{name}={size}" for name in ("kernelcore", "movablecore") for size in sizes]),
        (0.05, ["movable_node"]),
        (0.1, ["numa=off", "numa=fake=2", "numa=fake=3", "numa=fake=4"]),
        (0.25, ["rodata=off", "rodata=on", "rodata=full"]),
        (0.05, ["memtest=1"] if mib <= 1024 else ["memtest=0"]),
        (
            0.1,
            [f"swiotlb={words}" for words in ("noforce", "force", "4096", "1024,2", "65536", "force,2048")],
        ),
        (0.12, _huge_pages()),
        (0.08, ["log_buf_len=256K", "log_buf_len=1M", "log_buf_len=4M"]),
        (0.08, ["nr_cpus=1", "nr_cpus=3", "maxcpus=1"]),
        (0.08, ["percpu_alloc=page", "percpu_alloc=embed"]),
        (0.08, ["dhash_entries=65536", "ihash_entries=100000", "mhash_entries=64", "hashdist=0"]),
        (0.06, ["debug_pagealloc=on", "page_owner=on", "init_on_alloc=1", "kfence.sample_interval=0"]),
        (0.05, ["kpti=0", "kpti=1", "arm64.nolva", "arm64.nomte", "stack_depot_disable=on"]),
    ]
    return [*found, (0.1, _reserve_mem())] if release >= (6, 12) else found


def _cma_sizes(middle: int) -> list[str]:
    limited = ["32M@0-0x80000000", "64M@0x60000000-0x80000000"]
    return ["0", "8M", "32M", "64M", "128M", "1G", f"16M@{middle:#x}", *limited]


def _crash_kernels(quarter: int) -> list[str]:
    pairs = ["64M,high crashkernel=32M,low", "64M crashkernel=64M,high"]
    ranges = ["1G-:64M", "512M-2G:32M,2G-:128M"]
    plain = ["64M", "128M", "256M", "900M", "64M,high", "256M,high", "64M,low"]
    return [f"crashkernel={words}" for words in (*plain, *ranges, *pairs, f"64M@{quarter:#x}")]


def _huge_pages() -> list[str]:
    sized = [("2M", 16), ("32M", 2), ("64K", 20), ("1G", 1)]
    return [
        *(f"hugepagesz={size} hugepages={count}" for size, count in sized),
        *("hugepages=8", "default_hugepagesz=32M hugepages=1", "hugetlb_cma=64M", "hugetlb_cma=1G"),
    ]


def _reserve_mem() -> list[str]:
    both = "reserve_mem=1M:64K:a reserve_mem=2M:4K:b"
    return [both, *(f"reserve_mem={words}" for words in ("4M:4M:trace", "12M:2M:oops", "900M:4K:big"))]
