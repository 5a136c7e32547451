"""arch/arm64/kernel: before start_kernel, setup_arch, CPUs.

May use everything from lib to drivers, and arm64's mm.
"""
