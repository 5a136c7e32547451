"""The language of expressions: words, grammar, nodes, and what names mean at a position.

May use everything below the debugger.
"""
