"""A QEMU of our own: how it is told to stand still and listen, what it says; it never outlives us."""
