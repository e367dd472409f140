// An auditor who keeps a checkpoint elsewhere: the log proves to them that it only grew, and
// another history, signed with the very same key, does not pass.
#include "eventstore/proof/checkpoint.h"
#include "tests/program/scene.h"

#include <fstream>

namespace muster::testing {
namespace {

class Auditor : public Scene {
 protected:
    std::filesystem::path kept() const { return folder.path() / "kept"; }

    /// The newest checkpoint, once it is of `size` commits.
    std::string checkpoint_of(std::uint64_t size) {
        Client client = the_operator();
        std::string note;
        EXPECT_TRUE(test::in_time([&] {
            note = client.get("/v1/log/checkpoint").body;
            const auto opened = open_checkpoint(note, key());
            return opened && opened->head.size >= size;
        }));
        return note;
    }
    VerifierKey key() {
        Client client = the_operator();
        std::string text = client.get("/v1/log/verifier-key").body;
        EXPECT_TRUE(text.ends_with('\n'));
        text.pop_back();
        return *parse_verifier_key(text);
    }
    Finished verify() {
        return run_muster({"verify", "--data", data, "--from-checkpoint", kept()});
    }
    void keep(const std::string& note) { std::ofstream{kept(), std::ios::binary} << note; }
    std::uint64_t head() {
        Client client = the_operator();
        return client.get("/v1/log").json().at("head").to_number<std::uint64_t>();
    }
    /// As the thief of the log's private key would sign.
    std::string signed_by_a_thief(const TreeHead& claimed) {
        const auto name = key().name;
        const auto signer =
            load_signer(Disk::of_this_machine(), data / "keys" / "signing-key", name);
        return sign_note(text_of(Checkpoint{.origin = name, .head = claimed, .extensions = {}}),
                         *signer);
    }
};

TEST_F(Auditor, IsShownThatTheLogExtendsWhatTheyKept) {
    found("open-source");
    keep(checkpoint_of(head()));
    found("open-source", "bo");
    checkpoint_of(head());
    const Finished running = verify();
    EXPECT_EQ(running.code, 0) << running.errors;
    EXPECT_NE(running.output.find("extends"), std::string::npos) << running.output;
    EXPECT_NE(running.output.find("all is well"), std::string::npos) << running.output;

    EXPECT_EQ(server->stop(), 0);
    const Finished stopped = verify();
    EXPECT_EQ(stopped.code, 0) << stopped.errors;
}

TEST_F(Auditor, IsToldOfAnotherHistory) {
    found("open-source");
    const auto then = open_checkpoint(checkpoint_of(head()), key())->head;
    found("open-source", "bo");
    checkpoint_of(head());

    TreeHead other = then;
    other.root[7] ^= 1;
    keep(signed_by_a_thief(other));
    const Finished rewritten = verify();
    EXPECT_EQ(rewritten.code, 1);
    EXPECT_NE(rewritten.errors.find("does NOT extend"), std::string::npos) << rewritten.errors;

    keep(signed_by_a_thief({.size = then.size + 1'000, .root = then.root}));
    const Finished shortened = verify();
    EXPECT_EQ(shortened.code, 1);
    EXPECT_NE(shortened.errors.find("commits are lost"), std::string::npos) << shortened.errors;

    // The control: what the thief signs passes when it is true.
    keep(signed_by_a_thief(then));
    EXPECT_EQ(verify().code, 0);
}

TEST_F(Auditor, TakesNoNoteThatTheLogDidNotSign) {
    found("open-source");
    std::string note = checkpoint_of(head());
    note[note.find('\n') + 1] ^= 1;
    keep(note);
    const Finished altered = verify();
    EXPECT_EQ(altered.code, 1);
    EXPECT_NE(altered.errors.find("the checkpoint:"), std::string::npos) << altered.errors;

    Client client = the_operator();
    const Reply refused = client.post("/v1/operations/verify", {{"checkpoint", note}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("\"checkpoint\""), std::string::npos) << refused.body;
}

TEST_F(Auditor, IsShownThatACommitIsInTheLog) {
    found("open-source");
    found("open-source", "bo");
    Client client = the_operator();
    const auto today = open_checkpoint(checkpoint_of(head()), key())->head;
    const boost::json::value answer =
        client.get("/v1/log/proofs/inclusion?position=1&size=" + std::to_string(today.size)).json();
    TreeProof proof;
    for (const auto& text : answer.at("proof").as_array()) {
        proof.push_back(*parse_hash(text.as_string()));
    }
    InclusionClaim claim{
        .index = 0, .leaf = *parse_hash(answer.at("leaf").as_string()), .head = today};
    EXPECT_TRUE(proves(proof, claim));
    claim.leaf[0] ^= 1;
    EXPECT_FALSE(proves(proof, claim));
}

TEST_F(Auditor, IsRefusedProofsOfWhatIsNotThere) {
    found("open-source");
    Client client = the_operator();
    for (const auto* query :
         {"inclusion?position=0", "inclusion?position=9999", "inclusion?position=1&size=9999",
          "consistency?from=9999", "consistency?from=1&to=9999"}) {
        const Reply reply = client.get(std::string{"/v1/log/proofs/"} + query);
        EXPECT_EQ(reply.status, 400) << query << reply.body;
        EXPECT_EQ(reply.code(), "beyond_the_log") << query;
    }
    EXPECT_EQ(client.get("/v1/log/proofs/consistency?from=one").status, 400);
    Client nobody{server->port(), ""};
    EXPECT_EQ(nobody.get("/v1/log/checkpoint").status, 401);
}

}  // namespace
}  // namespace muster::testing
