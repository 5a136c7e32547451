"""arch/arm64/kernel as it is up to 6.8: before start_kernel.

May use what arm64 may; what has not changed since is beside this folder.
"""
