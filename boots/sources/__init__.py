"""What fills a trace: a model's boot, again and again where a question needs it.

May use all of boots.
"""
