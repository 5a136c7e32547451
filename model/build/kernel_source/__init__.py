"""Where the kernel's functions stand in its source: in a tree or an archive that somebody has, else in a map
of the known releases that is shipped: names of functions, files and numbers of lines, without any text.

May use what build may.
"""
