/* A program whose frames are looked at: tests/kernels/frames.py compiles it, stops it where `innermost` is
 * entered, and keeps registers, stack and what gdb says of the local variables. */
typedef unsigned long long phys_addr_t;
typedef _Bool bool;
enum flags { FLAG_NONE, FLAG_NOMAP = 4, FLAG_MIRROR = 2 };
struct region { phys_addr_t base, size; int nid; };

volatile phys_addr_t sink;

__attribute__((noinline)) phys_addr_t innermost(phys_addr_t base, struct region *region)
{
	sink = base + region->size;
	return sink;
}

static inline __attribute__((always_inline)) phys_addr_t inlined(phys_addr_t start, int count)
{
	phys_addr_t end = start + (phys_addr_t)count * 4096;
	struct region region = { start, end - start, count };
	int twice = count * 2;

	sink = innermost(start, &region);
	return end + region.size + twice;
}

__attribute__((noinline)) phys_addr_t middle(phys_addr_t base, int nid, bool is_high)
{
	enum flags flags = is_high ? FLAG_NOMAP : FLAG_MIRROR;
	phys_addr_t kept = base ^ 0xff0000;
	short below = (short)(nid - 300);
	const int constant = 1234;
	phys_addr_t unused = base * 3;

	for (int round = 0; round < 3; round++)
		kept += inlined(base + kept, nid + round);
	sink = flags;
	sink = below;
	return kept + constant;
}

__attribute__((noinline)) int outermost(int argument)
{
	volatile int on_stack = argument + 7;
	phys_addr_t limit = 0x80000000;

	limit += middle(0x40000000 + argument, argument, argument > 3);
	return on_stack + (int)limit;
}

void _start(void)
{
	volatile int argument = 5;

	sink = outermost(argument);
	for (;;)
		;
}
