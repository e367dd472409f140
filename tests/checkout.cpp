// The one source that is compiled with the paths of the checkout.
#include "tests/checkout.h"

namespace muster::test {

std::filesystem::path checkout() {
    return MUSTER_SOURCE_DIR;
}

std::string muster_binary() {
    return MUSTER_BINARY;
}

}  // namespace muster::test
