"""The structures of the ring buffer that keeps the kernel's log, as they are declared since 5.10.  Mirrors
kernel/printk/printk_ringbuffer.h and include/linux/dev_printk.h; C alone decides how they lie."""

from __future__ import annotations

from collections.abc import Mapping

PRINTK: Mapping[str, Mapping[str, str]] = {
    "printk_ringbuffer": {
        "desc_ring": "struct prb_desc_ring",
        "text_data_ring": "struct prb_data_ring",
        "fail": "atomic_long_t",
    },
    "prb_desc_ring": {
        "count_bits": "unsigned int",
        "descs": "struct prb_desc *",
        "infos": "struct printk_info *",
        "head_id": "atomic_long_t",
        "tail_id": "atomic_long_t",
        # Of the last record that is finished; its descriptor until 6.8, not there until 5.17.
        "last_finalized_seq": "atomic_long_t",
    },
    "prb_data_ring": {
        "size_bits": "unsigned int",
        "data": "char *",
        "head_lpos": "atomic_long_t",
        "tail_lpos": "atomic_long_t",
    },
    "prb_desc": {"state_var": "atomic_long_t", "text_blk_lpos": "struct prb_data_blk_lpos"},
    "prb_data_blk_lpos": {"begin": "unsigned long", "next": "unsigned long"},
    "printk_info": {
        "seq": "u64",
        "ts_nsec": "u64",
        "text_len": "u16",
        "facility": "u8",
        # Five bits of it; the other three are the level.
        "flags": "u8",
        "caller_id": "u32",
        "dev_info": "struct dev_printk_info",
    },
    "dev_printk_info": {"subsystem": "char[]", "device": "char[]"},
}
"""The types of members, by structure."""
PRINTK_ARRAYS: Mapping[str, int] = {"dev_printk_info.subsystem": 16, "dev_printk_info.device": 48}
"""PRINTK_INFO_SUBSYSTEM_LEN and PRINTK_INFO_DEVICE_LEN."""
