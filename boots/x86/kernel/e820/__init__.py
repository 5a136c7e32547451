"""arch/x86/kernel/e820.c: the map of physical memory that firmware gives, and what becomes of it.

Its functions are called from all of boots/x86; they use boots/core, model and boots/x86/variables.
"""
