"""What x86 decides about watching a kernel that runs: how it starts, its registers, its page tables."""
