"""ACPI's view of the machine.  Mirrors drivers/acpi.

May use lib, core, mm, kernel and the other drivers.
"""
