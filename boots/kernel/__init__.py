"""kernel/*.c: printk, crash kernels, memory for DMA, the stack depot.

May use lib, core and mm; an architecture only by its hooks.
"""
