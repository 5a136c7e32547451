"""Kernel images in every form they come in, and the symbols they have or carry: vmlinux, Image, packed ones.

May use what is in build, and base.
"""
