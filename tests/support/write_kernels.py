"""Writes what is shipped ready to load: images of kernels that nobody built, and the board of the machine
that is booted if none is named, compiled: ``python tests/support/write_kernels.py``."""

from __future__ import annotations

import document_6_6
import textbook_5_7
from bootstep.boots.loader.board.board import read_board
from bootstep.boots.loader.machine_file import SHIPPED

IMAGES = {"5.7-textbook": textbook_5_7.vmlinux, "6.6-4k48": document_6_6.vmlinux}
"""The directory of each kernel, and what makes its image."""
COMPILED = ("virt-1g",)
"""Boards that are shipped as blobs too, beside their sources."""


def main() -> None:
    """Write them all."""
    for name, image in IMAGES.items():
        (SHIPPED / "kernels" / name / "vmlinux.sym").write_bytes(image())
    for name in COMPILED:
        board = SHIPPED / "boards" / f"{name}.dts"
        board.with_suffix(".dtb").write_bytes(read_board(board).raw)


if __name__ == "__main__":
    main()
