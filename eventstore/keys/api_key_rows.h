// How an API key lies in the key store. STORED: a change here is a new format.
//
//     'k' | id 16 -> hash 32 | flags 1 | created 8 | expires 8 | count 8 | organisation 16 ... |
//     label
//
// Flags: 1 platform operator, 2 names actors, 4 may found organisations.
#pragma once

#include "eventstore/keys/keys.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

std::string api_key_row_key(const boost::uuids::uuid& id);
std::string write_api_key(const ApiKeyRecord& record);
/// `id` without the 'k'. Nothing when the bytes are not what was written.
std::optional<ApiKeyRecord> read_api_key(std::string_view id, std::string_view bytes);

}  // namespace muster
