#!/usr/bin/env bash
# Fetches Debian's newest kernels for the tests in this folder, and QEMU and OVMF if missing (that needs root):
#
#     tests/real_boots/live/fetch_kernels.sh [KERNEL …]
#
# A KERNEL is a series and an architecture: 6.12-arm64, 6.1-arm64, 6.1-amd64, 6.12-amd64 (all if none is named).
# Each gets a folder in $BOOTSTEP_KERNELS (default ~/.cache/bootstep-kernels) with vmlinuz, config, and the name
# of its package; one that is there already is not fetched again.  Why there is none stands in its why-not, which
# is what the skipped tests say.  apt's lists are kept in that place too: this machine's are left alone, and no
# architecture is added to it.  Exits 0 if everything asked for is there.
set -uo pipefail

into=${BOOTSTEP_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/bootstep-kernels}
lists=$into/.apt
mkdir -p "$lists/lists/partial" "$lists/archives/partial" || exit 1
into=$(realpath "$into") lists=$(realpath "$lists")
why=""

# Run a command; if it fails, `why` is the command (without what is set for apt) and what it said first of errors.
try() {
    local said words=()
    if said=$("$@" 2>&1); then return 0; fi
    for word in "$@"; do [[ $word == -[oq]* ]] || words+=("$word"); done
    why="${words[*]}: $(grep -m 1 '^E:' <<< "$said" || tail -n 1 <<< "$said")"
    return 1
}

qemu() {
    local program package missing=()
    for program in qemu-system-aarch64:qemu-system-arm qemu-system-x86_64:qemu-system-x86; do
        package=${program#*:}
        command -v "${program%:*}" > /dev/null || missing+=("$package")
    done
    [[ -f /usr/share/OVMF/OVMF_CODE.fd ]] || missing+=(ovmf)
    ((${#missing[@]} == 0)) && return
    { try apt-get update && try apt-get install -y --no-install-recommends "${missing[@]}"; } || echo "no QEMU: $why"
}

# The newest packages of a series: "6.1.0-57" is newer than "6.1.0-9".
newest() {
    local series=${1%-*} arch=${1##*-}
    apt-cache "${options[@]}" pkgnames "linux-image-$series" \
        | grep -E "^linux-image-${series//./\\.}\.[0-9.]+([-+][0-9a-z+~.-]+)?-$arch(-unsigned)?$" \
        | grep -vE -- '-(rt|cloud|16k|dbg)' | sort -rV | head -n 6
}

fetch() {
    local kernel=$1 arch=${1##*-} folder=$into/$1 package release names
    rm -f "$folder/why-not"
    mkdir -p "$folder"
    names=$(newest "$kernel")
    if [[ -z $names ]]; then
        why=${update:-"apt-cache pkgnames: there is no package linux-image-${kernel%-*}…-$arch"}
        return 1
    fi
    package=$(cat "$folder/package" 2> /dev/null)
    release=$(head -n 1 <<< "$names")
    [[ -s $folder/vmlinuz && ${package%-unsigned} == "${release%-unsigned}" ]] && return
    for package in $names; do
        rm -f "$folder"/*.deb
        cd "$folder" && try apt-get "${options[@]}" download "$package:$arch" || continue
        release=${package#linux-image-}
        release=${release%-unsigned}
        unpack "$folder" "$release" && echo "$package" > "$folder/package" && return
    done
    return 1
}

# Two files out of hundreds of megabytes: tar stops when it has them.
unpack() {
    local folder=$1 release=$2
    dpkg-deb --fsys-tarfile "$folder"/*.deb 2> /dev/null \
        | tar -x -C "$folder" --strip-components=2 --occurrence=1 "./boot/vmlinuz-$release" "./boot/config-$release" 2> /dev/null
    rm -f "$folder"/*.deb
    if [[ ! -s $folder/vmlinuz-$release || ! -s $folder/config-$release ]]; then
        why="dpkg-deb --fsys-tarfile: no boot/vmlinuz-$release in the package"
        return 1
    fi
    mv "$folder/vmlinuz-$release" "$folder/vmlinuz"
    mv "$folder/config-$release" "$folder/config"
}

kernels=("$@")
((${#kernels[@]})) || kernels=(6.12-arm64 6.1-arm64 6.1-amd64 6.12-amd64)
architectures=()
for kernel in "${kernels[@]}"; do architectures+=("-oAPT::Architectures::=${kernel##*-}"); done
options=(
    -qq "-oAPT::Architecture=$(dpkg --print-architecture)" "${architectures[@]}"
    "-oDir::State::lists=$lists/lists" "-oDir::Cache=$lists" -oAcquire::Languages=none -oAcquire::http::Timeout=20
    -oAPT::Update::Error-Mode=any -oAPT::Sandbox::User=
)

qemu
update=""
try apt-get "${options[@]}" update || update=$why
failed=0
for kernel in "${kernels[@]}"; do
    if fetch "$kernel"; then
        echo "$kernel: $(cat "$into/$kernel/package")"
    elif [[ -s $into/$kernel/vmlinuz ]]; then
        echo "$kernel: $(cat "$into/$kernel/package"), which was there (now: $why)"
    else
        echo "$why" > "$into/$kernel/why-not"
        echo "$kernel: none; $why"
        failed=1
    fi
done
exit $failed
