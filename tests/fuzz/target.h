// What the fuzz targets share. libFuzzer calls a target with any bytes, again and again in one
// process; whatever aborts, or what a sanitizer reports, is a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace muster::fuzz {

inline std::string_view view_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace muster::fuzz
