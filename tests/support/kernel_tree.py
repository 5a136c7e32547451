"""A small tree of a kernel's source, and archives of it.  The text is our own."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

MEMBLOCK = """// Not the kernel's: written for tests.
#include <linux/memblock.h>

static int __init_memblock memblock_add_range(struct memblock_type *type,
\t\t\t\tphys_addr_t base, phys_addr_t size)
{
\treturn 0;
}

int __init_memblock
memblock_reserve(phys_addr_t base, phys_addr_t size)
{
\tmemblock_dbg("%s\\n", __func__);
\treturn memblock_add_range(&memblock.reserved, base, size);
}
"""
MMU = """// Not the kernel's: written for tests.
static void __init map_mem(pgd_t *pgdp)
{
\tmemblock_mark_nomap(1, 2);
\tmemblock_clear_nomap(1, 2);
}

#ifdef CONFIG_NUMA
int which(void)
{
\treturn 1;
}
#else
int which(void)
{
\treturn 2;
}
#endif

void __init paging_init(void)
{
\tmap_kernel(pgdp);
\tmap_mem(pgdp);
}
"""
MAKEFILE = "# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n"
FILES = {
    "Makefile": MAKEFILE,
    "mm/memblock.c": MEMBLOCK,
    "arch/arm64/mm/mmu.c": MMU,
    "drivers/gpu/drm/large.c": "int unwanted(void)\n{\n}\n",
}


def write_tree(root: Path, files: dict[str, str] = FILES) -> Path:
    """The tree in a directory."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def archive(files: dict[str, str] = FILES, top: str = "linux-source-6.1/", form: str = "xz") -> bytes:
    """The bytes of an archive of these files, below a folder `top`."""
    out = io.BytesIO()
    mode = f"w:{form}" if form else "w"
    with tarfile.open(fileobj=out, mode=mode) as tar:  # type: ignore[call-overload]
        for name, text in files.items():
            content = text.encode()
            member = tarfile.TarInfo(top + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()
