"""What others hand to the kernel, as bytes: UEFI's memory map and tables, ACPI's tables, device trees.

Whatever is wrong with them is an `InputError`. May use base to arch.
"""
