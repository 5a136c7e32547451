"""drivers/firmware/dmi_scan.c: what SMBIOS tells of the machine, kept in the brk area.

Uses boots/x86/kernel/brk and what lies below boots/x86.
"""
