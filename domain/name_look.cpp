// Comparing looks.
#include "domain/name_look.h"

namespace muster {
namespace {

bool share_a_skeleton(const NameLook& one, const NameLook& other) {
    for (std::size_t form = 0; form < one.skeletons.size(); ++form) {
        const std::string& skeleton = one.skeletons.at(form);
        if (!skeleton.empty() && skeleton == other.skeletons.at(form)) return true;
    }
    return false;
}

}  // namespace

bool look_the_same(const NameLook& one, const NameLook& other) {
    if (one.key == other.key) return true;
    return one.digits == other.digits && share_a_skeleton(one, other);
}

bool could_be_confused(const NameLook& one, const NameLook& other) {
    return one.key == other.key || share_a_skeleton(one, other);
}

}  // namespace muster
