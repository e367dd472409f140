// Asking, remembering, and asking again.
#include "tests/crash/load.h"

#include "eventstore/proof/checkpoint.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace muster::testing {
namespace {

constexpr int clients = 8;
constexpr int inviting_clients = 2;
constexpr int requests_per_checkpoint = 5;

Headers with_key(const Asked& asked) {
    return {"Idempotency-Key: " + asked.key};
}

std::string invitation_in(const Reply& reply) {
    const auto body = reply.json();
    const auto* rows = body.as_object().if_contains("rows");
    if (rows == nullptr) return {};
    return std::string{rows->at(0).at("invitation").as_string()};
}

/// How often each workspace's name and each open invitation's address is listed.
std::map<std::string, int> shown_by(Client& client, const std::string& path) {
    std::map<std::string, int> shown;
    const auto workspaces = client.get(path + "/workspaces").json();
    for (const auto& workspace : workspaces.at("workspaces").as_array()) {
        ++shown[std::string{workspace.at("name").as_string()}];
    }
    // A list waits where the views have much to take after a start.
    Reply invited;
    EXPECT_TRUE(test::in_time([&] {
        invited = client.get(path + "/members?status=pending&limit=1000");
        return invited.ok();
    })) << invited.body;
    if (!invited.ok()) return shown;
    const auto rows = invited.json();
    for (const auto& row : rows.at("members").as_array()) {
        ++shown[std::string{row.at("address").as_string()}];
    }
    return shown;
}

std::string without_line_end(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// The proof that the tree of one checkpoint grew into that of another.
TreeProof proof_between(Client& client, std::uint64_t from, std::uint64_t to) {
    const Reply reply = client.get("/v1/log/proofs/consistency?from=" + std::to_string(from) +
                                   "&to=" + std::to_string(to));
    TreeProof proof;
    if (!reply.ok()) return proof;
    const auto answer = reply.json();
    for (const auto& hash : answer.at("proof").as_array()) {
        proof.push_back(parse_hash(hash.as_string()).value_or(Digest{}));
    }
    return proof;
}

}  // namespace

Load::Load(const Program& server, std::string path, int round)
    : server_{server}, path_{std::move(path)}, round_{round} {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this, i] { run(i); });
}

Remembered Load::stop() {
    stopped_ = true;
    for (std::thread& thread : threads_) thread.join();
    return std::move(remembered_);
}

Asked Load::request(int client_number, int number) const {
    const std::string name =
        std::to_string(round_) + "-" + std::to_string(client_number) + "-" + std::to_string(number);
    if (client_number < inviting_clients) {
        const auto address = "guest-" + name + "@example.org";
        const boost::json::object body{{"address", address}, {"role", "member"}};
        return {
            "key-" + name, path_ + "/invitations", boost::json::serialize(body), address, {}, {}};
    }
    const auto team = "team " + name;
    const boost::json::object body{{"name", team}};
    return {"key-" + name, path_ + "/workspaces", boost::json::serialize(body), team, {}, {}};
}

void Load::run(int client_number) {
    Client client = server_.client();
    for (int i = 0; !stopped_; ++i) {
        Asked asked = request(client_number, i);
        const Reply reply = client.send("POST", asked.target, asked.body, with_key(asked));
        if (reply.ok()) {
            asked.answer = reply.body;
            asked.invitation = invitation_in(reply);
            ++answered_;
        }
        std::string checkpoint;
        if (client_number == clients - 1 && i % requests_per_checkpoint == 0) {
            const Reply signed_note = client.get("/v1/log/checkpoint");
            if (signed_note.ok()) checkpoint = signed_note.body;
        }
        const std::lock_guard lock{mutex_};
        remembered_.requests.push_back(std::move(asked));
        if (!checkpoint.empty()) remembered_.checkpoint = checkpoint;
        if (!reply.ok()) return;
    }
}

std::vector<std::string> missing_of(Client& client, const std::string& path,
                                    std::vector<Asked>& requests) {
    std::vector<std::string> findings;
    auto shown = shown_by(client, path);
    const auto head = client.get("/v1/log").json().at("head").to_number<std::uint64_t>();
    for (Asked& asked : requests) {
        const bool acknowledged = !asked.answer.empty();
        if (acknowledged && shown[asked.shown] != 1) {
            findings.push_back(asked.shown + " was acknowledged and is there " +
                               std::to_string(shown[asked.shown]) + " times");
        }
        const Reply retry = client.send("POST", asked.target, asked.body, with_key(asked));
        if (!retry.ok()) {
            findings.push_back(asked.shown + ": the retry got " + retry.body);
            continue;
        }
        if (acknowledged && retry.body != asked.answer) {
            findings.push_back(asked.shown + ": the retry got another answer");
        }
        if (acknowledged && retry.json().at("position").to_number<std::uint64_t>() > head) {
            findings.push_back(asked.shown + " is beyond the head, which is " +
                               std::to_string(head));
        }
        asked.answer = retry.body;
        asked.invitation = invitation_in(retry);
    }
    return findings;
}

std::vector<std::string> doubts_of(Client& client, const std::string& checkpoint) {
    if (checkpoint.empty()) return {};
    const auto key = parse_verifier_key(without_line_end(client.get("/v1/log/verifier-key").body));
    if (!key) return {"no verifier key: " + key.error().detail};
    const auto older = open_checkpoint(checkpoint, *key);
    const auto newer = open_checkpoint(client.get("/v1/log/checkpoint").body, *key);
    if (!older || !newer) return {"a checkpoint of another log"};
    if (older->head.size > newer->head.size) return {"the log is behind its checkpoint"};
    const auto proof = proof_between(client, older->head.size, newer->head.size);
    if (proves(proof, ConsistencyClaim{older->head, newer->head})) return {};
    return {"the log does not extend its checkpoint of " + std::to_string(older->head.size)};
}

}  // namespace muster::testing
