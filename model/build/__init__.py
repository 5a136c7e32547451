"""What the kernel's build decided: configuration, types and their sizes, release.

Bytes of others: whatever is wrong with them is an `InputError`. May use base and trace.
"""
