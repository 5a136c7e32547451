"""What a boot is taught with: tours of it, questions about it, its events in plain words, a glossary.

No screen.  May use all of model.
"""
