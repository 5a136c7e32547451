"""A recorded boot as editors see it: the Debug Adapter Protocol, served to VS Code, nvim-dap, Emacs.

May use settings, draw (nothing of Textual), session and what of panes only reads source; the command line
says where messages come from and which boot a word names.
"""
