// Where the tested checkout and its muster binary are. One source knows, so that no other is
// compiled anew because a checkout lies elsewhere.
#pragma once

#include <filesystem>
#include <string>

namespace muster::test {

std::filesystem::path checkout();
std::string muster_binary();

}  // namespace muster::test
