"""Drawing: lines of styled text, widgets that show them fast, colours, glyphs, search.

The lowest that knows Textual. May use settings.
"""
