"""What lies in memory before the kernel knows of memory: itself, the initrd, setup_data, the BIOS.

Parts of arch/x86/kernel/setup.c and ebda.c; uses boots/x86/kernel/e820.
"""
