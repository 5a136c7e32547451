"""Answers: who has this memory, why, since when; where all RAM went; what two boots differ in.

Pure functions of a trace, a position and facts. May use base to text.
"""
