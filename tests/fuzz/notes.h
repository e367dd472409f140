// The one log whose notes the target of checkpoints opens, and a note of it to begin with.
#pragma once

#include "eventstore/machine/crypto.h"
#include "eventstore/proof/checkpoint.h"

namespace muster::fuzz {

inline Signer signer() {
    return {origin_of({}), SecretKey{}};
}

inline std::string checkpoint_text() {
    return text_of(Checkpoint{.origin = origin_of({}), .head = {.size = 7}, .extensions = {"x"}});
}

}  // namespace muster::fuzz
