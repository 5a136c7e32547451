"""What is assumed of the per-CPU variables of a kernel that does not tell."""

PERCPU_SIZE = 80 << 10
"""Bytes: about a distribution's."""
