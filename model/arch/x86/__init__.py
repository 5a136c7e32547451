"""x86-64: what its kernels' virtual addresses, page-table entries and images are.

May use what model/arch/spec.py may.
"""
