"""From a machine file to a kernel before its first step: all that a machine names is read and settled.

May use all of boots but capture and sources.
"""
