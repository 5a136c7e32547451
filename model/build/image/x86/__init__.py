"""What only x86's images have: the setup header of a bzImage, and the places of what has no symbols.

May use what is in build, and base.
"""
