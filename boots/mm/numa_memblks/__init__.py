"""The memory of nodes, collected from firmware before memblock learns of it, and how far apart nodes are.

May use lib, core, the model and the other modules of mm.
"""
