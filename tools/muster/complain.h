// How every command of the binary says that it failed: one line for people, and its exit code.
#pragma once

#include <iostream>
#include <string>

namespace muster::tool {

inline int complain(const std::string& what) {
    std::cerr << "muster: " << what << "\n";
    return 1;
}

}  // namespace muster::tool
