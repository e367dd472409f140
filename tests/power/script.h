// What the clients of a data folder that loses its power ask for: a life of many small
// organisations that follows from a seed alone, so that any process can ask for the same again,
// under the same request keys.
#pragma once

#include "api/engine.h"

#include <cstdint>
#include <string>

namespace muster::test {

/// A step of the life of one data folder.
struct Step {
    std::uint64_t seed = 0;    ///< of the folder
    std::uint64_t number = 0;  ///< sixteen steps in a row are about one organisation
};

/// Does a step, or retries it.
Answer run(Engine& engine, const Step& step);
/// Stands for everything that a receipt says.
std::string digest_of(const Receipt& receipt);
RequestRecord request_of(const Step& step);

/// An API key that a client makes, and the engine knows by its hash afterwards.
ApiKeyRecord api_key_of(const Step& step);

}  // namespace muster::test
