"""Reading what people name: files, numbers, TOML; and saying in a sentence what is wrong.

Uses model only.
"""
