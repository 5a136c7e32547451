"""Device trees: blobs and sources, read, compiled, changed, and overlays laid over them.

Mirrors scripts/dtc and libfdt. May use base and build.
"""
