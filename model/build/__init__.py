"""What the kernel's build decided, read out of the files it left: images, symbols, configuration, types.

Bytes of others; whatever is wrong with them is an `InputError`.  Uses `model.errors` and what reads numbers.
"""
