"""Which language a command line speaks.  May use nothing else of the command line."""
