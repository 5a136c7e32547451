"""The file system of a running Linux, made of a captured boot: what ``bootstep capture`` reads."""

from __future__ import annotations

import gzip
import shutil
from functools import lru_cache
from pathlib import Path

from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from parsed_images import image_of

DATA = Path(__file__).parents[1] / "data"


def case_machine(case: str, folder: Path) -> Machine:
    """The machine of a case in tests/data/oracle, unpacked into `folder`."""
    shutil.copytree(DATA / "oracle" / case, folder)
    for path in folder.rglob("*.gz"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    path = folder / "machine.toml"
    path.write_text(path.read_text().replace("KERNEL", str(SHIPPED / "kernels" / Path(case).parent)))
    return read_machine(str(path))


class FakeRoot:
    """A tree that looks like the system the case was captured on; files in it can be changed."""

    def __init__(self, case: str, folder: Path) -> None:
        self.machine = case_machine(case, folder / "case")
        self.path = folder / "root"
        self.release = "{}.{}.0-test".format(*self.machine.release)
        assert self.machine.config and self.machine.dtb
        self.write("proc/sys/kernel/osrelease", self.release + "\n")
        self.write("proc/cmdline", (self.machine.cmdline or "") + "\n")
        self.write("proc/iomem", (DATA / "files" / case / "iomem.txt").read_text())
        self.write("proc/kallsyms", kallsyms(self.machine))
        self.write("proc/cpuinfo", cpuinfo(self.machine.cpus))
        self.write(f"boot/config-{self.release}", self.machine.config.read_bytes())
        self.write("sys/firmware/fdt", self.machine.dtb.read_bytes())
        self.write("var/log/dmesg", (folder / "case" / "dmesg.log").read_bytes())
        for table in sorted(self.machine.acpi.iterdir()) if self.machine.acpi else ():
            if table.stem not in ("RSDP", "XSDT"):
                self.write(f"sys/firmware/acpi/tables/{table.stem}", table.read_bytes())

    def write(self, name: str, content: str | bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    def remove(self, name: str) -> None:
        (self.path / name).unlink()


def cpuinfo(cpus: int, part: str = "0xd07") -> str:
    return "".join(f"processor\t: {n}\nCPU implementer\t: 0x41\nCPU part\t: {part}\n\n" for n in range(cpus))


def kallsyms(machine: Machine, functions_only: bool = False, moved: int = 0) -> str:
    """What /proc/kallsyms has of the machine's kernel, with modules at its end."""
    assert machine.vmlinux
    return _kallsyms(machine.vmlinux, functions_only, moved)


@lru_cache(maxsize=4)
def _kallsyms(vmlinux: Path, functions_only: bool, moved: int) -> str:
    image = image_of(vmlinux)
    code = set(image.printed_names.values())
    inside = [
        (image.symbol(a), image.symbol(b)) for a, b in (("_stext", "_etext"), ("_sinittext", "_einittext"))
    ]
    lines = [
        f"{address + moved:016x} {'T' if name in code else 'D'} {name}\n"
        for name, address in sorted(image.symbols.items(), key=lambda symbol: symbol[1])
        if image.symbol("_text") <= address <= image.symbol("_end")
        and not name.startswith("$")
        and (not functions_only or any(start <= address < end for start, end in inside))
    ]
    return "".join(lines) + "ffff800001000000 t helper\t[a_module]\n"
