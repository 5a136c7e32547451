"""drivers/*: nodes (drivers/base), early consoles; device tree, UEFI and ACPI in packages.

May use lib, core, mm and kernel.
"""
