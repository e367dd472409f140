// The digits by which a trie tells keys apart, four bits each, so that their order is the order of
// the keys. Pure; any thread.
#pragma once

#include "domain/ids.h"

#include <cstddef>
#include <cstdint>

namespace muster {

/// `count` digits, and `of(key, n)`, the nth of them, from the most significant on.
template <class K>
struct Digits;

template <class Tag>
struct Digits<Id<Tag>> {
    static constexpr std::size_t count = 32;
    static unsigned of(const Id<Tag>& id, std::size_t n) {
        const std::uint8_t byte = id.value.data[n / 2];
        return n % 2 == 0 ? byte >> 4U : byte & 0xFU;
    }
};

/// The first digit in which two keys differ, which they do.
template <class K>
std::size_t first_difference(const K& one, const K& other) {
    std::size_t n = 0;
    while (Digits<K>::of(one, n) == Digits<K>::of(other, n)) ++n;
    return n;
}

}  // namespace muster
