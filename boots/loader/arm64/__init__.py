"""What reading a machine knows of arm64: how kernels are started, and where they and their KASLR may be.

May use what is in loader, and arm64's own boot.
"""
