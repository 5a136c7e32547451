"""What an architecture decides, a package for each; of model only this and build/image/<name> name one.

May use base, trace, build and memory.
"""
