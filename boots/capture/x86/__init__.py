"""What taking down a machine knows of x86-64: its e820 map and zero page, what firmware left, KASLR's bases.

May use what is in capture, and the readers of loader.
"""
