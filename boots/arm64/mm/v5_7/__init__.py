"""arch/arm64/mm as 5.7 has it: which memory there is, and its page tables.

May use what arm64 may; what has not changed since is beside this folder.
"""
