"""What others hand to the kernel, as bytes: device trees and what is laid over them.

It may use what the model has of device trees, errors and text.
"""
