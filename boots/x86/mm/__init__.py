"""arch/x86/mm: page tables, the direct map, NUMA.  May use everything below boots/x86."""
