"""ACPI's view of the machine.  Mirrors drivers/acpi."""
