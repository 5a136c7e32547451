/* Functions as a compiler changes them, for tests of what DWARF tells of functions:
 *   aarch64-linux-gnu-gcc -O2 -g -gdwarf-4 -fno-pic -static -nostdlib -ffreestanding -fno-stack-protector \
 *     -fdebug-prefix-map=$PWD=/src -Wl,-Ttext=0x10000,-zmax-page-size=4096,--build-id=none -o functions-arm64.elf mm/functions.c
 * and the same with x86_64-linux-gnu-gcc -gdwarf-5 -no-pie and functions-x86.elf; then
 *   pahole --btf_encode_detached=functions.btf functions-arm64.elf
 */
typedef unsigned long long phys_addr_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef _Bool bool;
struct wide { unsigned long one, two, three; };
enum flags { NONE, HOTPLUG };

volatile long sink;

/* Called as C declares it. */
__attribute__((noinline)) int reserve(phys_addr_t base, phys_addr_t size)
{
	sink += base;
	sink += size;
	return -22;
}

__attribute__((noinline)) bool told(const char *name, int nid, bool exact, enum flags flags, pgprot_t prot)
{
	sink += name[0] + nid + exact + flags + prot.pgprot;
	return nid < 0;
}

__attribute__((noinline)) void by_value(int first, struct wide wide, int last)
{
	sink += first + wide.one + wide.two + wide.three + last;
}

__attribute__((noinline)) void complain(const char *format, ...)
{
	sink += format[0];
}

/* A clone: `unused` is gone, `node` always is -1. */
static __attribute__((noinline)) long cloned(long base, long unused, int node, long size)
{
	sink += base * node;
	sink += size;
	return size;
}

/* Inlined twice. */
static inline __attribute__((always_inline)) void inlined(long base, int nid)
{
	sink += base;
	reserve(base, nid);
	sink += nid;
}

void _start(long base, long size)
{
	sink = cloned(base, 1, -1, size);
	sink += cloned(size, 2, -1, base);
	inlined(base, 3);
	told("name", -1, 1, HOTPLUG, (pgprot_t){ base });
	inlined(size, 4);
	complain("%d", 5);
	by_value(1, (struct wide){ base, size, 3 }, 2);
	for (;;)
		;
}
