"""What DWARF tells of a kernel: sizes of structures, functions, lines of the source, stack frames (`frames`).

Read by pyelftools, whose objects stay in here; it is imported where DWARF is read, as it takes its time.  May
use the modules of `build` beside it and `build/image`.
"""
