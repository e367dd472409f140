// muster verify: has the whole log recomputed by whoever has it open, and proves here, with nothing
// but an auditor's checkpoint and the log's public key, that the log only ever grew.
#include "eventstore/proof/checkpoint.h"
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"
#include "tools/muster/operation.h"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace muster::tool {
namespace {

namespace json = boost::json;

template <class Value>
using Or = std::expected<Value, std::string>;

Or<std::string> ask_text(Door& door, const std::string& target) {
    const auto response = door.ask("GET", target);
    if (!response) return std::unexpected(response.error());
    if (response->status != 200) return std::unexpected(response->body);
    return response->body;
}

Or<VerifierKey> key_of(Door& door, const VerifyCommand& command) {
    std::string text = command.verifier_key;
    if (text.empty()) {
        auto published = ask_text(door, "/v1/log/verifier-key");
        if (!published) return std::unexpected(published.error());
        text = published->substr(0, published->find('\n'));
    }
    auto key = parse_verifier_key(text);
    if (!key) return std::unexpected("the verifier key: " + key.error().detail);
    return *key;
}

Or<TreeProof> consistency_of(Door& door, const TreeHead& from, const TreeHead& to) {
    const auto answer = ask_json(door, "GET",
                                 "/v1/log/proofs/consistency?from=" + std::to_string(from.size) +
                                     "&to=" + std::to_string(to.size));
    if (!answer) return std::unexpected(answer.error());
    TreeProof proof;
    for (const auto& text : answer->at("proof").as_array()) {
        const auto hash = parse_hash(text.as_string());
        if (!hash) return std::unexpected("the proof has something that is no hash");
        proof.push_back(*hash);
    }
    return proof;
}

/// Nothing when today's signed checkpoint extends the one that was kept.
Or<void> prove(Door& door, const VerifyCommand& command, const std::string& kept_note) {
    const auto key = key_of(door, command);
    if (!key) return std::unexpected(key.error());
    const auto kept = open_checkpoint(kept_note, *key);
    if (!kept) return std::unexpected("the checkpoint: " + kept.error().detail);
    const auto note = ask_text(door, "/v1/log/checkpoint");
    if (!note) return std::unexpected(note.error());
    const auto today = open_checkpoint(*note, *key);
    if (!today) return std::unexpected("the log's checkpoint: " + today.error().detail);
    if (kept->head.size > today->head.size) {
        return std::unexpected("the log's checkpoint is of " + std::to_string(today->head.size) +
                               " commits, fewer than the " + std::to_string(kept->head.size) +
                               " of the one that was kept: commits are lost");
    }
    const auto proof = consistency_of(door, kept->head, today->head);
    if (!proof) return std::unexpected(proof.error());
    if (!proves(*proof, ConsistencyClaim{.older = kept->head, .newer = today->head})) {
        return std::unexpected("the log does NOT extend the checkpoint that was kept: its first " +
                               std::to_string(kept->head.size) + " commits are others");
    }
    std::cout << "verify: the log's checkpoint of " << today->head.size
              << " commits extends the one of " << kept->head.size << " that was kept\n";
    return {};
}

}  // namespace

int verify(const DoorOptions& options, const VerifyCommand& command) {
    if (command.checkpoint.empty()) return run_operation(options, "verify");
    std::ifstream in{command.checkpoint, std::ios::binary};
    const std::string note{std::istreambuf_iterator<char>{in}, {}};
    if (!in) return complain("cannot read " + command.checkpoint);
    {
        auto door = open_door(options);
        if (!door) return complain(door.error());
        if (const auto proven = prove(**door, command, note); !proven) {
            return complain(proven.error());
        }
    }
    return run_operation(options, "verify", json::serialize(json::object{{"checkpoint", note}}));
}

}  // namespace muster::tool
