/* Structures named as the kernel's, of sizes that no kernel has:
 *   aarch64-linux-gnu-gcc -g -O1 -nostdlib -static -Wl,--build-id=none -o dwarf.elf types.c
 *   pahole --btf_encode_detached=types.btf dwarf.elf && aarch64-linux-gnu-strip -g -o btf.elf dwarf.elf
 *   aarch64-linux-gnu-objcopy --add-section .BTF=types.btf btf.elf
 */
struct list_head { struct list_head *next, *prev; };
struct page { long flags; char rest[72]; };
struct mem_section { long section_mem_map; void *usage; long extension[3]; };
struct mem_section_usage { struct list_head rcu; unsigned long subsection_map[2]; };
struct pglist_data { char all[12345]; };
struct memblock_region { long base, size; int flags, nid; long more; };
struct resource { char all[72]; };
struct pcpu_alloc_info { char all[56]; };
struct pcpu_group_info { char all[32]; };
struct pcpu_chunk { char all[168]; };
struct pcpu_block_md { char all[40]; };
struct device_node { char all[216]; };
struct property { char all[112]; };
struct reserved_mem { char all[61]; };
struct prb_desc { char all[25]; };
struct printk_info { char all[90]; };
struct io_tlb_slot { char all[33]; };
struct io_tlb_area { char all[17]; };
enum fixed_addresses { FIX_HOLE, FIX_FDT_END, FIX_FDT = 7, __end_of_permanent_fixed_addresses = 9 };
#define USE(name) extern struct name *use_##name; struct name *use_##name;
USE(page) USE(mem_section) USE(mem_section_usage) USE(pglist_data) USE(memblock_region) USE(resource)
USE(pcpu_alloc_info) USE(pcpu_group_info) USE(pcpu_chunk) USE(pcpu_block_md) USE(device_node) USE(property)
USE(reserved_mem) USE(prb_desc) USE(printk_info) USE(io_tlb_slot) USE(io_tlb_area)
enum fixed_addresses slot;
int sparse_init(void) { return slot; }
void _start(void) { sparse_init(); }
