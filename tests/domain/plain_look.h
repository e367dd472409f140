// How a name looks to who knows no scripts: ASCII letters have case, spaces may be several. Pure;
// any thread.
#pragma once

#include "domain/name_look.h"

namespace muster::domain_tests {

inline NameLook plain_look_of(std::string_view name) {
    NameLook look;
    for (const char c : name) {
        if (c == ' ') {
            if (!look.key.empty() && look.key.back() != ' ') look.key += ' ';
        } else {
            look.key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        if (c >= '0' && c <= '9') look.digits += c;
    }
    if (look.key.ends_with(' ')) look.key.pop_back();
    return look;
}

}  // namespace muster::domain_tests
