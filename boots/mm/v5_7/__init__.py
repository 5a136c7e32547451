"""mm/ as 5.7 has it: nodes and zones.

May use lib, core and mm; what has not changed since is beside this folder.
"""
