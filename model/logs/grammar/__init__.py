"""How lines are read: for each subject the forms that its lines ever had, and what they say as records.

Uses records; reading uses it to tell a whole line from a piece of one.
"""
