"""Writes the shipped images of kernels that nobody built: ``python tests/kernels/write_kernels.py``."""

from __future__ import annotations

import document_6_6
import textbook_5_7
from bootstep.boots.loader.machine_file import SHIPPED

IMAGES = {"5.7-textbook": textbook_5_7.vmlinux, "6.6-4k48": document_6_6.vmlinux}
"""The directory of each kernel, and what makes its image."""


def main() -> None:
    """Write them all."""
    for name, image in IMAGES.items():
        (SHIPPED / "kernels" / name / "vmlinux.sym").write_bytes(image())


if __name__ == "__main__":
    main()
