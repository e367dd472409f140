// The file first, whole and durable, then the key store: a key that nobody can read would open
// nothing, and a file whose key was not stored yet is replaced by the next start.
#include "api/operator_key.h"

#include "eventstore/machine/crypto.h"
#include "eventstore/machine/private_folder.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

fs::path operators_file(const fs::path& data) {
    return data / "operator-key";
}

/// The text of the file without its newline; empty when there is no file.
std::expected<std::string, Failure> secret_in_file(const fs::path& file) {
    auto text = Disk::of_this_machine().read_whole_file(file);
    if (!text && text.error().kind == FailureKind::not_found) return std::string{};
    if (!text) return std::unexpected(text.error());
    text->resize(std::min(text->find_first_of(" \r\n"), text->size()));
    return *text;
}

std::optional<ApiKeyRecord> operators_record(const KeyStore& keys, std::string_view secret) {
    auto record = keys.api_key_by_hash(sha256(secret));
    if (!record || !record->platform_operator) return std::nullopt;
    return record;
}

std::expected<OperatorKey, Failure> make_operators_key(KeyStore& keys, const fs::path& data,
                                                       Instant now, std::string label) {
    const OperatorKey made{new_api_secret(), true};
    const auto written =
        Disk::of_this_machine().write_whole_file(operators_file(data), made.secret + "\n");
    if (!written) return std::unexpected(written.error());
    const auto stored = keys.put_api_key({.id = random_uuid(),
                                          .label = std::move(label),
                                          .secret_hash = sha256(made.secret),
                                          .platform_operator = true,
                                          .organizations = {},
                                          .names_actors = true,
                                          .created_at_micros = now.micros,
                                          .expires_at_micros = 0});
    if (!stored) return std::unexpected(stored.error());
    return made;
}

}  // namespace

std::expected<OperatorKey, Failure> operator_key(Engine& engine, const fs::path& data) {
    KeyStore& keys = engine.keys();
    const auto secret = secret_in_file(operators_file(data));
    if (!secret) return std::unexpected(secret.error());
    const auto had = keys.had_operator_key();
    if (const auto record = operators_record(keys, *secret)) {
        // A store from before the note gets it while the key can still be seen.
        if (!had) {
            if (auto noted = keys.put_api_key(*record); !noted) {
                return std::unexpected(noted.error());
            }
        }
        return OperatorKey{*secret, false};
    }
    // A file of a key that is not there any more tells of a deleted one as well as the note does.
    const bool was_deleted = had.value_or(!secret->empty());
    if (was_deleted) return OperatorKey{};
    return make_operators_key(keys, data, engine.now(), "first operator key");
}

std::expected<OperatorKey, Failure> new_operator_key(const fs::path& data) {
    const auto there = Disk::of_this_machine().has(data / "keys" / "store");
    if (!there) return std::unexpected(there.error());
    if (!*there) {
        return std::unexpected(
            Failure{FailureKind::not_found, data.string() + " is not a data folder of Muster"});
    }
    if (auto closed = close_to_others(data); !closed) return std::unexpected(closed.error());
    const auto keys = open_key_store(data / "keys");
    if (!keys) return std::unexpected(keys.error());
    const auto secret = secret_in_file(operators_file(data));
    if (!secret) return std::unexpected(secret.error());
    if (operators_record(**keys, *secret)) {
        return std::unexpected(Failure{FailureKind::io_error,
                                       operators_file(data).string() +
                                           " holds a key that opens; delete that one first"});
    }
    return make_operators_key(**keys, data, wall_clock(), "operator key made on the data folder");
}

std::string new_api_secret() {
    constexpr std::size_t secret_bytes = 32;
    return "muster_" + random_token(secret_bytes);
}

}  // namespace muster
