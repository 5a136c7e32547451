"""What only arm64's images have: the header of an Image, and code that tells where data lie.

May use what is in build, and base.
"""
