"""arch/arm64: from the first instruction to what generic code asks of an architecture.

May use everything from lib to drivers, and no other architecture.
"""
