"""What happens, in order: the kernel's early boot, function by function, in its files and by its names.

Uses model, knows no screen. Its packages from the ground up: lib, core, mm, kernel, drivers, an architecture
each, init, loader, capture, sources; each may use those before it.
"""
