"""A boot as plain Python objects: its events, its states, what two of them differ in.

What is seen here never changes: a view is of one position of a recorded boot, and as many may be looked at as
one likes.  In a notebook each shows itself as a table or a map.  May use all of model.
"""
