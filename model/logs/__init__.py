"""Kernel logs as people have them: what a file is, whose log it is, and its bare lines.

May use base to firmware.
"""
