"""What taking down a machine knows of arm64: its CPUs, exception levels, and what its KASLR drew.

May use what is in capture, and arm64's own boot.
"""
