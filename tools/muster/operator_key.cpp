// muster operator-key new: another key for who lost all of them and has the data folder.
#include "api/operator_key.h"

#include "tools/muster/commands.h"

#include <iostream>

namespace muster::tool {

int make_operator_key(const std::filesystem::path& data) {
    const auto made = new_operator_key(data);
    if (made) {
        std::cout << "The new operator key is in " << (data / "operator-key").string()
                  << " (readable by you alone).\n";
        return 0;
    }
    const Failure& failure = made.error();
    std::cerr << "muster: " << name_of(failure.kind) << ": " << failure.detail << "\n";
    if (failure.kind == FailureKind::in_use) std::cerr << "muster: stop the server first\n";
    return 1;
}

}  // namespace muster::tool
