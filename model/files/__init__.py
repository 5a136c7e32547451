"""Reading the files that somebody names, bounded in bytes and in waiting; what was found out slowly is kept.

May use base.
"""
