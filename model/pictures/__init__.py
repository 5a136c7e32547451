"""Boots for other tools to show: maps of memory as SVG, tables and pages as HTML, the calls as a trace that
Perfetto opens.

Text in, text out: no library of a user interface.  May use all of model.
"""
