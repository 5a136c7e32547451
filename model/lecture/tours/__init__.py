"""Guided tours of a boot: what a tour is, reading its file, its places in a boot, what it says there.

The file is described in `tour`.  May use all of model but its other lectures.
"""
