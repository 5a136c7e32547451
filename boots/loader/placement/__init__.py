"""Where kernel, device tree and initrd lie: who tells it, what is assumed, what cannot be.

May use loader's files, board and kernel.
"""
