"""arch/x86/kernel: from the first C function to memory that has nodes, and to per-CPU areas.

May use boots/x86/mm, platform, realmode and everything below boots/x86.
"""
