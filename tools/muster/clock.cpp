// muster clock confirm: the operator's word that the server's clock is right.
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"
#include "tools/muster/operation.h"

#include <boost/json.hpp>
#include <iostream>

namespace muster::tool {
int confirm_clock(const DoorOptions& options) {
    auto door = open_door(options);
    if (!door) return complain(door.error());
    const auto state = ask_json(**door, "POST", "/v1/operations/confirm-clock");
    if (!state) return complain(state.error());
    if (state->at("writing").as_bool()) {
        std::cout << "confirmed; writing goes on\n";
        return 0;
    }
    std::cout << "confirmed, but writing has stopped: " << state->at("problem").as_string().c_str()
              << "\n";
    return 1;
}

}  // namespace muster::tool
