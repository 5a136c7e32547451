"""From a machine file to a kernel before its first step.

What reads and settles the files that a machine names; it may use all of boots but `init` and `sources`.
"""
