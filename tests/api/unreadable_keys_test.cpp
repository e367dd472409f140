// Keys that are damaged: no answer and no view takes what cannot be read for an empty text.
#include "tests/api/http_api.h"
#include "tests/eventstore/raw_log.h"
#include "tests/waiting.h"

namespace muster::http {
namespace {

class UnreadableKeysTest : public ApiTest {
 protected:
    void SetUp() override {
        acme = found("conance");
        const Invited bo = invite(acme, "bo", {{"role", "user"}});
        link = engine->link_text({.organization = *parse_id<OrganizationId>(acme.id),
                                  .invitation = *parse_id<InvitationId>(bo.invitation),
                                  .send_number = 1});
        head = number(engine->log().head());
        engine.reset();
    }

    std::filesystem::path data() const { return folder.path() / "data"; }
    /// One bit of every wrapped data key is another one from now on; and back.
    void flip_data_keys() const {
        test::RawLog keys{data() / "keys"};
        for (const std::string& key : keys.keys("rows")) {
            if (!key.starts_with('d')) continue;
            std::string row = keys.get("rows", key);
            row.back() = static_cast<char>(row.back() ^ 1);
            keys.put("rows", key, row);
        }
        keys.forget_what_was_erased("rows");
    }
    /// What the API answers in a process of its own.
    std::vector<unsigned> answers_to(
        const std::vector<std::pair<std::string, std::string>>& questions) {
        const std::unique_ptr<Engine> reopened = opened();
        Api others{*reopened};
        std::vector<unsigned> statuses;
        for (const auto& [method, target] : questions) {
            Request request{.method = method, .target = target, .headers = {}, .body = {}};
            request.headers.emplace_back("authorization", "Bearer " + operator_secret);
            std::promise<Response> promise;
            others.handle(std::move(request), [&](Response response) {
                promise.set_value(std::move(response));
            });
            statuses.push_back(promise.get_future().get().status);
        }
        head_after = number(reopened->log().head());
        return statuses;
    }

    Founded acme;
    std::string link;
    std::uint64_t head = 0;
    std::uint64_t head_after = 0;
};

using Statuses = std::vector<unsigned>;

TEST_F(UnreadableKeysTest, WhatIsReadFromTheLogIsAFailureAndNotABlankName) {
    const std::vector<std::pair<std::string, std::string>> reads{
        {"GET", acme.path + "/audit"},
        {"GET", acme.path + "/members?as_of=" + std::to_string(head)}};
    EXPECT_EQ(answers_to(reads), (Statuses{200, 200})) << "the control";
    flip_data_keys();
    EXPECT_EQ(answers_to(reads), (Statuses{503, 503}));
    EXPECT_EQ(answers_to({{"GET", acme.path + "/members"}}), (Statuses{200}))
        << "what the views have already is as good as before";
    EXPECT_EQ(answers_to({{"POST", "/v1/invitations/" + link + "/accept"}}), (Statuses{503}));
    EXPECT_EQ(head_after, head) << "nobody joined without a name";
}

TEST_F(UnreadableKeysTest, ViewsThatWouldBeMadeOfItAnswerNothing) {
    const std::vector<std::pair<std::string, std::string>> reads{
        {"GET", acme.path + "/members"},
        {"GET", acme.path + "/members.csv"},
        {"GET", acme.path + "/members/" + acme.founder},
        {"GET", "/v1/invitations/" + link},
        {"GET", "/readyz"}};
    const Statuses well(reads.size(), 200);
    EXPECT_EQ(answers_to(reads), well) << "the control";
    flip_data_keys();
    std::filesystem::remove_all(data() / "views");
    EXPECT_EQ(answers_to(reads), Statuses(reads.size(), 503));
    flip_data_keys();
    EXPECT_EQ(answers_to(reads), well) << "and nothing was stored meanwhile";
}

}  // namespace
}  // namespace muster::http
