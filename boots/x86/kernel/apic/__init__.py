"""arch/x86/kernel/apic, smpboot.c and cpu/topology.c: interrupt controllers, and the CPUs that go with them.

May use x86's mm.
"""
