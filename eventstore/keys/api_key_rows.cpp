// API keys to rows and back.
#include "eventstore/keys/api_key_rows.h"

#include "eventstore/machine/rocksdb_support.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t id_size = sizeof(boost::uuids::uuid);
constexpr unsigned operator_flag = 1;
constexpr unsigned actors_flag = 2;
constexpr unsigned founds_flag = 4;

constexpr std::size_t flags_at = sizeof(Digest);
constexpr std::size_t created_at = flags_at + 1;
constexpr std::size_t expires_at = created_at + 8;
constexpr std::size_t count_at = expires_at + 8;
constexpr std::size_t organizations_at = count_at + 8;

}  // namespace

std::string api_key_row_key(const boost::uuids::uuid& id) {
    std::string key{"k"};
    append_id(key, id);
    return key;
}

std::string write_api_key(const ApiKeyRecord& record) {
    std::string bytes{record.secret_hash.begin(), record.secret_hash.end()};
    bytes.push_back(static_cast<char>((record.platform_operator ? operator_flag : 0U) |
                                      (record.names_actors ? actors_flag : 0U) |
                                      (record.may_found ? founds_flag : 0U)));
    append_big_endian(bytes, static_cast<std::uint64_t>(record.created_at_micros));
    append_big_endian(bytes, static_cast<std::uint64_t>(record.expires_at_micros));
    append_big_endian(bytes, record.organizations.size());
    for (const auto& organization : record.organizations) append_id(bytes, organization.value);
    return bytes + record.label;
}

std::optional<ApiKeyRecord> read_api_key(std::string_view id, std::string_view bytes) {
    if (id.size() != id_size || bytes.size() < organizations_at) return std::nullopt;
    const auto flags = static_cast<unsigned char>(bytes[flags_at]);
    const auto count = number_at(bytes, count_at);
    if (flags > (operator_flag | actors_flag | founds_flag)) return std::nullopt;
    if (count > (bytes.size() - organizations_at) / id_size) return std::nullopt;

    ApiKeyRecord record;
    record.id = id_at(id, 0);
    std::copy_n(bytes.begin(), record.secret_hash.size(), record.secret_hash.begin());
    record.platform_operator = (flags & operator_flag) != 0;
    record.names_actors = (flags & actors_flag) != 0;
    record.may_found = (flags & founds_flag) != 0;
    record.created_at_micros = static_cast<std::int64_t>(number_at(bytes, created_at));
    record.expires_at_micros = static_cast<std::int64_t>(number_at(bytes, expires_at));
    for (std::uint64_t index = 0; index < count; ++index) {
        record.organizations.push_back({id_at(bytes, organizations_at + index * id_size)});
    }
    record.label = bytes.substr(organizations_at + count * id_size);
    return record;
}

}  // namespace muster
