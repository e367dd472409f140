// The log for auditors: its commits, the newest checkpoint, and proofs that fit it.
#include "api/http/routes/routes.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/checkpoint.h"

#include <boost/json.hpp>

namespace muster::http {
namespace {

void reply_text(Exchange& exchange, std::string text) {
    exchange.reply({.status = 200,
                    .headers = {},
                    .content_type = "text/plain; charset=utf-8",
                    .body = std::move(text)});
}

boost::json::array texts_of(const TreeProof& proof) {
    boost::json::array texts;
    for (const Digest& hash : proof) texts.push_back(boost::json::string{text_of(hash)});
    return texts;
}

/// A tree size of the query, which is the log's where none is named and never more.
std::optional<std::uint64_t> query_size(Exchange& exchange, std::string_view name) {
    const std::uint64_t head = number(exchange.engine().log().head());
    const auto size = exchange.query_number(name, head);
    if (size && *size > head) {
        exchange.refuse(400, "beyond_the_log",
                        "The log ends at position " + std::to_string(head) + ".");
        return std::nullopt;
    }
    return size;
}

void list_commits(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto from = exchange.query_number("from", 1);
    if (!from) return;
    // Whoever follows the log asks for the position that comes next.
    const std::uint64_t head = number(exchange.engine().log().head());
    if (*from == 0 || *from > head + 1) {
        return exchange.refuse(400, "beyond_the_log",
                               "The log begins at position 1 and ends at position " +
                                   std::to_string(head) + ".");
    }
    constexpr std::size_t most = 1'000;
    const auto limit = exchange.query_limit(most, most);
    if (!limit) return;
    const auto commits = exchange.engine().log().read(Position{*from}, *limit);
    if (!commits) return exchange.fail(commits.error());
    std::string lines;
    for (const Commit& commit : *commits) lines += commit_json(commit, {}) + "\n";
    exchange.reply({.status = 200,
                    .headers = {},
                    .content_type = "application/x-ndjson",
                    .body = std::move(lines)});
}

void show_checkpoint(Exchange& exchange) {
    if (exchange.require_operator()) reply_text(exchange, exchange.engine().notary().checkpoint());
}

void show_verifier_key(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    reply_text(exchange, text_of(exchange.engine().notary().verifier()) + "\n");
}

void prove_inclusion(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto size = query_size(exchange, "size");
    const auto position = size ? exchange.query_number("position", *size) : std::nullopt;
    if (!position) return;
    if (*position == 0 || *position > *size) {
        return exchange.refuse(400, "beyond_the_log", "The position must be from 1 to the size.");
    }
    const EventLog& log = exchange.engine().log();
    const auto stored = log.read_stored(Position{*position}, 1);
    if (!stored) return exchange.fail(stored.error());
    const auto proof = inclusion_proof(log.tree(), {.index = *position - 1, .size = *size});
    if (!proof) return exchange.fail(proof.error());
    const std::string& bytes = stored->front().bytes;
    const boost::json::object answer{
        {"position", *position},
        {"size", *size},
        {"commit_sha256", text_of(sha256(bytes))},
        {"leaf", text_of(leaf_hash(tree_entry(Position{*position}, bytes)))},
        {"proof", texts_of(*proof)}};
    exchange.reply_json(200, boost::json::serialize(answer));
}

void prove_consistency(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto to = query_size(exchange, "to");
    const auto from = to ? exchange.query_number("from", 0) : std::nullopt;
    if (!from) return;
    if (*from > *to) {
        return exchange.refuse(400, "beyond_the_log", "from must not be more than to.");
    }
    const auto proof =
        consistency_proof(exchange.engine().log().tree(), {.from_size = *from, .to_size = *to});
    if (!proof) return exchange.fail(proof.error());
    exchange.reply_json(200, boost::json::serialize(boost::json::object{
                                 {"from", *from}, {"to", *to}, {"proof", texts_of(*proof)}}));
}

}  // namespace

std::vector<Route> log_routes() {
    return {
        Route::long_read("/v1/log/commits", list_commits, {"from", "limit"}),
        Route::read("/v1/log/checkpoint", show_checkpoint),
        Route::read("/v1/log/verifier-key", show_verifier_key),
        Route::read("/v1/log/proofs/inclusion", prove_inclusion, {"position", "size"}),
        Route::read("/v1/log/proofs/consistency", prove_consistency, {"from", "to"}),
    };
}

}  // namespace muster::http
