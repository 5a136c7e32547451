"""init/*.c: start_kernel, the command line, the initrd's place.

May use everything before it; architectures only by their hooks.
"""
