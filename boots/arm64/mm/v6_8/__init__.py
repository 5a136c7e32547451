"""arch/arm64/mm as it is up to 6.8: page tables of the image.

May use what arm64 may; what has not changed since is beside this folder.
"""
