// The operator's key to a data folder, which lies in DATA/operator-key. The first one is made with
// the folder and never again: one that was deleted stays deleted, and who lost all of them makes
// another on the data folder itself (`muster operator-key new`).
#pragma once

#include "api/engine.h"

#include <expected>
#include <filesystem>
#include <string>

namespace muster {

struct OperatorKey {
    std::string secret;  ///< empty: the file holds none that opens
    bool made = false;   ///< just now
};

/// What the file holds; the first key, made and written to it (0600), where none ever was.
std::expected<OperatorKey, Failure> operator_key(Engine& engine, const std::filesystem::path& data);

/// Another one, in a folder that no server has open. Refuses while the file holds one that opens.
std::expected<OperatorKey, Failure> new_operator_key(const std::filesystem::path& data);

/// A new API key's secret.
std::string new_api_secret();

}  // namespace muster
