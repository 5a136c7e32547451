"""What an architecture decides, a package for each: the only place in model that names one.

May use base, trace, build and memory.
"""
