// Comparing looks.
#include "domain/name_look.h"

namespace muster {
namespace {

bool is_digit_in_look(char c) {
    return c >= '0' && c <= '9';
}

bool share_a_skeleton(const NameLook& one, const NameLook& other) {
    for (std::size_t form = 0; form < one.skeletons.size(); ++form) {
        const std::string& skeleton = one.skeletons.at(form);
        if (!skeleton.empty() && skeleton == other.skeletons.at(form)) return true;
    }
    return false;
}

}  // namespace

NameLook plain_look_of(std::string_view name) {
    NameLook look;
    for (const char c : name) {
        if (c == ' ') {
            if (!look.key.empty() && look.key.back() != ' ') look.key += ' ';
        } else {
            look.key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        if (is_digit_in_look(c)) look.digits += c;
    }
    if (look.key.ends_with(' ')) look.key.pop_back();
    return look;
}

bool look_the_same(const NameLook& one, const NameLook& other) {
    if (one.key == other.key) return true;
    return one.digits == other.digits && share_a_skeleton(one, other);
}

bool could_be_confused(const NameLook& one, const NameLook& other) {
    return one.key == other.key || share_a_skeleton(one, other);
}

}  // namespace muster
