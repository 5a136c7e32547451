"""What reading a machine knows of x86-64: what firmware and boot loader leave in memory, and what is assumed.

May use what is in loader, and x86's own boot.
"""
