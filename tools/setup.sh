# Sourced by tools/run, tools/test and tools/bench/run: the packages, the compiler cache and the
# step lines.
# Defines functions and sets `root`, the folder of the checkout; does nothing else by itself.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# A checkout in another folder is the same code: paths below it are hashed as relative ones.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
# CMake's precompiled headers count as uncacheable unless ccache is told to trust them.
export CCACHE_SLOPPINESS=pch_defines,time_macros

say() {
    printf '[%3ds] %s\n' "$SECONDS" "$*"
}

give_up() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# packages_of SECTION...: the names in those sections of tools/packages, one a line.
packages_of() {
    local section
    for section in "$@"; do
        awk -v wanted="[$section]" '
            /^\[/ { inside = ($1 == wanted); next }
            inside && NF && $1 !~ /^#/ { print $1 }' "$root/tools/packages"
    done
}

# Ends with a sentence where the packages of Debian 12 cannot be had, before anything strange fails.
require_debian_12() {
    local name="an unknown system" id="" version="" machine
    if [[ -r /etc/os-release ]]; then
        # shellcheck source=/dev/null
        IFS=$'\t' read -r id version name < <(
            . /etc/os-release
            printf '%s\t%s\t%s\n' "${ID:-none}" "${VERSION_ID:-none}" "${PRETTY_NAME:-unnamed}"
        )
    fi
    if [[ "$id" != debian || "$version" != 12 ]]; then
        give_up "this is $name; Muster is built on Debian 12 (bookworm) with its own packages." \
            "Use a Debian 12 machine or container. The packages it needs are listed in" \
            "tools/packages, should you want to build elsewhere with cmake --preset release."
    fi
    machine="$(dpkg --print-architecture)"
    if [[ "$machine" != amd64 ]]; then
        give_up "this machine is $machine; Muster is built and tested on amd64 (x86-64) only." \
            "Building by hand may work: install tools/packages, then cmake --preset release."
    fi
}

# install_packages SECTION...: installs what is missing of them, and only then asks for root.
install_packages() {
    require_debian_12
    local package as_root=()
    local -a wanted missing=()
    mapfile -t wanted < <(packages_of "$@")
    ((${#wanted[@]} > 0)) || give_up "tools/packages has no packages for: $*"
    for package in "${wanted[@]}"; do
        if [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]
        then
            missing+=("$package")
        fi
    done
    if ((${#missing[@]} == 0)); then
        say "packages: all ${#wanted[@]} are installed"
        return
    fi
    if ((EUID != 0)); then
        command -v sudo >/dev/null || give_up "these packages are missing, and neither root nor" \
            "sudo is at hand to install them. As root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "packages: installing, which takes some minutes: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq ||
        give_up "apt-get update failed; without the package lists nothing can be installed"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        give_up "apt-get could not install: ${missing[*]}"
}

# configure PRESET: makes build/PRESET ready to build in.
configure() {
    local preset="$1"
    say "configure: preset $preset"
    mkdir -p "$root/build"
    cmake --preset "$preset" -S "$root" >"$root/build/configure-$preset.log" 2>&1 || {
        cat "$root/build/configure-$preset.log" >&2
        give_up "cmake could not configure build/$preset"
    }
}

# build PRESET TARGET...: builds the targets in build/PRESET, which is configured.
build() {
    local preset="$1"
    shift
    say "build: $* (the first build takes some minutes)"
    cmake --build "$root/build/$preset" --target "$@" || give_up "build/$preset did not build"
    say "build: done"
}
