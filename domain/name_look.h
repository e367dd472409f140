// How a name looks, so that no two names that are the same to the eye stand side by side. A name is
// looked at where scripts are known (api/text/name_looks.h); here looks are compared. Pure; any
// thread.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace muster {

struct NameLook {
    /// Equal for names that differ in case, width, white space or in what cannot be seen. Empty:
    /// there is nothing to see.
    std::string key;
    std::string digits;  ///< of the key, in their order
    /// With each letter as the simplest one that it could be taken for: as it stands, in small
    /// letters, in capitals. Empty where nobody knows.
    std::array<std::string, 3> skeletons;

    bool operator==(const NameLook&) const = default;
};
using LookOf = std::function<NameLook(std::string_view)>;

/// Whether the eye takes both for one name. Digits count: "Room 1" is not "Room l".
bool look_the_same(const NameLook& one, const NameLook& other);

/// Whether one could be passed off as the other; wider, for names that people trust.
bool could_be_confused(const NameLook& one, const NameLook& other);

}  // namespace muster
