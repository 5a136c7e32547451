"""For the shell: completion and the manual page, made of the parsers of all commands."""
