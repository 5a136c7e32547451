"""What decided a boot that really runs, read from its memory: what the boot loader and the firmware left for
the kernel, as files and keys of a machine file, so that the model can play the same boot.

May use what is in live, and capture, which writes such files.
"""
