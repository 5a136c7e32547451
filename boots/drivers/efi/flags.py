"""What the kernel knows of its UEFI.  Mirrors the bits of ``efi.flags`` in include/linux/efi.h."""

EFI_BOOT, EFI_CONFIG_TABLES, EFI_MEMMAP, EFI_PARAVIRT = "BOOT", "CONFIG_TABLES", "MEMMAP", "PARAVIRT"
EFI_DBG, EFI_MEM_ATTR, EFI_MEM_NO_SOFT_RESERVE = "DBG", "MEM_ATTR", "MEM_NO_SOFT_RESERVE"
EFI_SECURE_BOOT = "SECURE_BOOT"
