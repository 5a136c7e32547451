"""Arithmetic and words that everything rests on: errors, intervals, page frames, units.

Uses nothing else of bootstep.
"""
