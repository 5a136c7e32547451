"""The device tree.  Mirrors drivers/of.

May use lib, core, mm and kernel.
"""
