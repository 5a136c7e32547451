"""arch/arm64/kvm, as far as it takes memory at boot.

May use everything from lib to drivers, and arm64's mm.
"""
