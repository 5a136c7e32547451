"""drivers/acpi/arm64: what only machines of that architecture tell.

May use lib, core, mm, kernel and the other drivers.
"""
