"""arch/arm64/mm: what RAM there is, the linear map, the fixmap, the kernel's page tables.

May use everything from lib to drivers.
"""
