"""What the kernel does on x86-64 alone, in files named as those of arch/x86.

May use everything below it in boots (lib … drivers) and all of model; no other architecture.
"""
