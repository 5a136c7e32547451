"""The kinds of question there are, a module for each subject: what each is asked about, and how it is made.

May use the modules beside this package that tell what a question is.
"""
