"""kernel/ as 5.7 has it: the bounce buffer.

May use lib, core, mm and kernel; what has not changed since is beside this folder.
"""
