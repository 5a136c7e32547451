"""drivers/of as 5.7 has it: the device tree is read node by node.

May use lib, core, mm, kernel and the other drivers; what has not changed since is beside this folder.
"""
