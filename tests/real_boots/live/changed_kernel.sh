#!/usr/bin/env bash
# A kernel with one deliberate change, held against the model of it, and against the same kernel without:
#
#     tests/real_boots/live/changed_kernel.sh DIR [TREE]
#
# Builds a small arm64 kernel of Debian's linux-source-6.1 (or of TREE, which is copied) in DIR, and another in
# which arm64_memblock_init reserves 64 KiB more; records both in QEMU, and says where the second one does what
# the model does not, and what the first one does not.  What is there from an earlier run is not made again.
# Expected besides bootstep: gcc-aarch64-linux-gnu, make, bc, bison, flex, libssl-dev, qemu-system-arm; some
# minutes on two cores, and 3 GiB.  Exits 0 if both comparisons name that call and its line.
set -euo pipefail

into=$(realpath -m "${1:?expected a directory to build in}")
tree=$into/linux
file=arch/arm64/mm/init.c
line='	memblock_reserve(__pa_symbol(_stext), _end - _stext);'
more='	memblock_reserve(memblock_end_of_DRAM() - SZ_8M, SZ_64K);'
said="calls memblock_reserve"
for program in bootstep qemu-system-aarch64 "${CROSS_COMPILE-aarch64-linux-gnu-}gcc" make bc bison flex; do
    command -v "$program" > /dev/null || { echo "$program: expected in PATH" >&2; exit 2; }
done
mkdir -p "$into"

# The source, without the change.
if [[ ! -f $tree/Makefile ]]; then
    if [[ -n ${2:-} ]]; then
        cp -r "$2" "$tree"
    else
        (cd "$into" && apt-get download linux-source-6.1)
        dpkg-deb --fsys-tarfile "$into"/linux-source-6.1_*.deb | tar -xO --wildcards '*.tar.xz' | tar -xJ -C "$into"
        mv "$into/linux-source-6.1" "$tree"
    fi
fi
grep -qxF "$line" "$tree/$file" || { echo "$tree/$file: expected the line that reserves the kernel" >&2; exit 2; }
grep -vxF "$more" "$tree/$file" > "$into/init.c" || true
cmp -s "$into/init.c" "$tree/$file" || cp "$into/init.c" "$tree/$file"

# As small as may be, with symbols and types.
cat > "$into/small.config" << 'CONFIG'
CONFIG_EXPERT=y
CONFIG_IKCONFIG=y
CONFIG_PRINTK=y
CONFIG_PRINTK_TIME=y
CONFIG_LOG_BUF_SHIFT=19
CONFIG_KALLSYMS=y
CONFIG_KALLSYMS_ALL=y
CONFIG_RANDOMIZE_BASE=y
CONFIG_RELOCATABLE=y
CONFIG_NUMA=y
CONFIG_CMA=y
CONFIG_DMA_CMA=y
CONFIG_DEBUG_KERNEL=y
CONFIG_DEBUG_INFO_DWARF4=y
CONFIG

build() {
    local out=$into/$1
    local make=(make -s -C "$tree" "O=$out" ARCH=arm64 CROSS_COMPILE="${CROSS_COMPILE-aarch64-linux-gnu-}")
    mkdir -p "$out"
    [[ -f $out/.config ]] || "${make[@]}" "KCONFIG_ALLCONFIG=$into/small.config" allnoconfig
    nice "${make[@]}" "-j$(nproc)" Image
}

record() {
    local out=$into/$1
    shift
    bootstep live --vmlinux "$out/vmlinux" --save "$out.trace" "$@" -- qemu-system-aarch64 -M virt -cpu cortex-a57 \
        -m 1G -nographic -kernel "$out/arch/arm64/boot/Image" -append 'memblock=debug nokaslr'
}

build base
record base --against model

[[ -d $into/changed ]] || cp -a "$into/base" "$into/changed"
sed -i "s|^\tmemblock_reserve(__pa_symbol(_stext), _end - _stext);\$|&\n$more|" "$tree/$file"
build changed
record changed --against model | tee "$into/against-model.txt" || true
bootstep diff "$into/base.trace" "$into/changed.trace" | tee "$into/against-base.txt" || true

at=$(grep -nxF "$more" "$tree/$file" | cut -d: -f1)
for found in against-model against-base; do
    grep -q "^first divergence: only the .* boot $said\$" "$into/$found.txt" \
        || { echo "$found: the call was not named" >&2; exit 1; }
    grep -qxF "  called at $file:$at, in arm64_memblock_init" "$into/$found.txt" \
        || { echo "$found: the line of the call was not named" >&2; exit 1; }
done
