"""arch/x86/realmode: the code that wakes other CPUs, below 1 MiB.  May use everything below boots/x86."""
