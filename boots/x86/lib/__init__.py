"""arch/x86/lib: words of the command line before it is parsed.  May use boots/lib and boots/core."""
