"""UEFI's view of memory.  Mirrors drivers/firmware/efi.

May use lib, core, mm, kernel and the device tree.
"""
