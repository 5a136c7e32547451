"""arch/arm64/kernel as 5.7 has it: before start_kernel.

May use what arm64 may; what has not changed since is beside this folder.
"""
