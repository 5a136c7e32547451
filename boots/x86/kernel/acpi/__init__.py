"""arch/x86/kernel/acpi: what the kernel reads of ACPI's tables at boot.  May use x86's kernel/apic and mm."""
