"""What a running kernel's memory holds, read as the values that the model's state has for the same things.

May use all of boots before it, and the parts of `live` that know memory by names.
"""
