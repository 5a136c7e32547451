"""Architectures that are known from their kernels' logs only: nothing of them boots here.

May use what model/arch/spec.py may.
"""
