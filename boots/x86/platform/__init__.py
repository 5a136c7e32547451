"""arch/x86/platform: UEFI on a PC.  May use boots/x86/kernel/e820, boots/x86/mm and
everything below boots/x86."""
