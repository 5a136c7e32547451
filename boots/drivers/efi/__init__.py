"""UEFI's view of memory.  Mirrors drivers/firmware/efi."""
