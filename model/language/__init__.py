"""The words that people read, in their language: English, or a translation in the catalogue beside it.

Kernel terms stay as they are in every language.  May use base.
"""
