// The reach of API keys: who founds, in whose name, what a key sees afterwards, and the operator's
// key to a data folder.
#include "api/operator_key.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/machine/private_folder.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace muster::http {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class FoundingTest : public ApiTest {
 protected:
    const Founded acme = found("conance");
    const std::string dora = person("dora");

    std::string key_with(json::object rules) {
        rules["label"] = "backend";
        const Shown made = send("POST", "/v1/api-keys", rules);
        EXPECT_EQ(made.status, 201U) << made.body;
        return made.text("secret");
    }
    Shown founding(const std::string& secret, const std::string& actor, json::value founder,
                   const std::string& query = {}) {
        json::object body{{"name", "New"}, {"blueprint", "conance"}};
        if (!founder.is_null()) body["founder"] = std::move(founder);
        return ask("POST", "/v1/organizations" + query, actor, json::serialize(body), secret);
    }
    std::string position() { return get("/v1/log").header("Muster-Position"); }
};

TEST_F(FoundingTest, NeedsAKeyThatMay) {
    const std::string bound = key_with({{"organizations", {acme.id}}});
    const std::string before = position();
    for (const std::string& actor : {std::string{}, acme.founder, dora}) {
        for (const json::value& founder :
             {json::value{}, json::value{{"address", "eve@example.org"}}}) {
            const Shown refused = founding(bound, actor, founder);
            EXPECT_EQ(refused.status, 403U) << refused.body;
            EXPECT_EQ(refused.code(), "key_may_not_found");
        }
    }
    EXPECT_EQ(position(), before);
    EXPECT_FALSE(engine->keys().find_person("eve@example.org")->has_value());
    EXPECT_EQ(send("POST", "/v1/api-keys", {{"label", "of nothing"}}).status, 400U);
}

TEST_F(FoundingTest, AKeyNamesEachOrganizationOnce) {
    std::string shouted = acme.id;
    std::ranges::transform(shouted, shouted.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const std::size_t keys = engine->keys().api_keys().size();
    for (const std::string& again : {acme.id, shouted}) {
        const json::array twice{acme.id, again};
        const Shown refused =
            send("POST", "/v1/api-keys", {{"label", "twice"}, {"organizations", twice}});
        EXPECT_EQ(refused.status, 400U) << refused.body;
        EXPECT_EQ(refused.json.at("errors").at(0).at("field"), "organizations[1]");
    }
    EXPECT_EQ(engine->keys().api_keys().size(), keys);
    const Founded other = found("conance", "zed");
    EXPECT_NE(key_with({{"organizations", json::array{acme.id, other.id}}}), "") << "the control";
}

TEST_F(FoundingTest, IsSeenByTheKeyThatFoundedAndByItAlone) {
    const std::string founding_key = key_with({{"may_found", true}});
    const std::string other_key = key_with({{"may_found", true}});
    EXPECT_EQ(ask("GET", acme.path, {}, {}, founding_key).status, 404U);
    const Shown made = founding(founding_key, dora, {});
    ASSERT_EQ(made.status, 201U) << made.body;
    EXPECT_EQ(made.text("founder"), dora);
    const std::string path = "/v1/organizations/" + made.text("organization");
    EXPECT_EQ(ask("GET", path, {}, {}, founding_key).status, 200U);
    EXPECT_EQ(ask("GET", path + "/members", dora, {}, founding_key).status, 200U);
    EXPECT_EQ(ask("GET", path, {}, {}, other_key).status, 404U);
    EXPECT_EQ(ask("GET", acme.path, {}, {}, founding_key).status, 404U);
}

TEST_F(FoundingTest, ByABackendIsInTheActorsNameOrForWhoSignsUp) {
    const std::string key = key_with({{"may_found", true}});
    const Shown for_another = founding(key, dora, {{"address", "bo@example.org"}});
    EXPECT_EQ(for_another.status, 403U) << for_another.body;
    EXPECT_EQ(for_another.code(), "founder_is_not_actor");
    EXPECT_EQ(founding(key, dora, {{"person", acme.founder}}).status, 400U);
    EXPECT_EQ(founding(key, dora, {{"address", "dora@example.org"}}).status, 201U);
    const Shown signed_up = founding(key, {}, {{"address", "new@example.org"}, {"name", "New"}});
    EXPECT_EQ(signed_up.status, 201U) << signed_up.body;
    EXPECT_EQ(founding(key, {}, {}).status, 400U);
    const std::string mute = key_with({{"may_found", true}, {"names_actors", false}});
    EXPECT_EQ(founding(mute, {}, {{"address", "new@example.org"}}).status, 403U);
}

TEST_F(FoundingTest, IsInTheNameOfNobodyWhoIsUnknown) {
    const std::string key = key_with({{"may_found", true}});
    const std::string before = position();
    const std::string unknown = to_string(random_uuid());
    const std::string nil = to_string(boost::uuids::uuid{});
    for (const std::string& nobody : {unknown, nil}) {
        EXPECT_EQ(founding(operator_secret, {}, {{"person", nobody}}).status, 400U);
        EXPECT_EQ(founding(operator_secret, nobody, {}).status, 400U);
        EXPECT_EQ(founding(key, nobody, {}).status, 400U);
    }
    EXPECT_EQ(position(), before);
    // The control: somebody who is known, by an account or a membership.
    EXPECT_EQ(founding(operator_secret, {}, {{"person", dora}}).status, 201U);
    EXPECT_EQ(founding(operator_secret, {}, {{"person", acme.founder}}).status, 201U);
    EXPECT_EQ(founding(operator_secret, dora, {{"address", "bo@example.org"}}).status, 403U);
}

TEST_F(FoundingTest, LeavesTheKeyAsItWasWhenItIsRefusedOrDry) {
    const std::string key = key_with({{"may_found", true}});
    const auto reach = [&] {
        return engine->keys().api_key_by_hash(sha256(key))->organizations.size();
    };
    EXPECT_EQ(founding(key, dora, {}, "?dry_run=true").status, 200U);
    EXPECT_EQ(reach(), 0U);
    json::object body{{"name", "New"}, {"blueprint", {{"id", "bad"}}}};
    EXPECT_EQ(ask("POST", "/v1/organizations", dora, json::serialize(body), key).status, 400U);
    EXPECT_EQ(reach(), 0U);
    EXPECT_EQ(founding(key, dora, {}).status, 201U);
    EXPECT_EQ(reach(), 1U);
}

TEST_F(FoundingTest, TwoAtOnceAreBothSeen) {
    const std::string key = key_with({{"may_found", true}});
    std::vector<std::string> made(4);
    std::vector<std::thread> threads;
    for (std::string& id : made) {
        threads.emplace_back([&] { id = founding(key, dora, {}).text("organization"); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& id : made) {
        EXPECT_EQ(ask("GET", "/v1/organizations/" + id, {}, {}, key).status, 200U);
    }
}

class OperatorKeyTest : public ApiTest {
 protected:
    const fs::path data = folder.path() / "data";
    const fs::path file = data / "operator-key";

    void delete_operator_key() {
        const auto record = engine->keys().api_key_by_hash(sha256(operator_secret));
        EXPECT_TRUE(*engine->keys().delete_api_key(record->id));
    }
    mode_t mode_of(const fs::path& path) const {
        struct stat found {};
        EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
        return found.st_mode & 0777U;
    }
};

TEST_F(OperatorKeyTest, IsTheSameAtEachStart) {
    EXPECT_EQ(mode_of(file), 0600U);
    const auto again = operator_key(*engine, data);
    EXPECT_EQ(again->secret, operator_secret);
    EXPECT_FALSE(again->made);
}

TEST_F(OperatorKeyTest, StaysDeletedWithItsFileAndWithout) {
    delete_operator_key();
    for (int round = 0; round < 2; ++round) {
        const auto none = operator_key(*engine, data);
        ASSERT_TRUE(none.has_value());
        EXPECT_EQ(none->secret, "");
        EXPECT_FALSE(none->made);
        EXPECT_TRUE(engine->keys().api_keys().empty());
        fs::remove(file);
    }
}

TEST_F(OperatorKeyTest, IsMadeAnewOnTheDataFolderAlone) {
    EXPECT_EQ(new_operator_key(data).error().kind, FailureKind::in_use);
    EXPECT_EQ(new_operator_key(folder.path() / "nowhere").error().kind, FailureKind::not_found);
    EXPECT_FALSE(fs::exists(folder.path() / "nowhere"));
    engine.reset();
    EXPECT_EQ(new_operator_key(data).error().kind, FailureKind::io_error);  // it opens
    engine = opened();
    delete_operator_key();
    engine.reset();
    const auto made = new_operator_key(data);
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    engine = opened();
    EXPECT_EQ(operator_key(*engine, data)->secret, made->secret);
}

TEST_F(OperatorKeyTest, IsNotWrittenToWhereALinkPoints) {
    engine.reset();
    const fs::path fresh = folder.path() / "fresh";
    const fs::path victim = folder.path() / "victim";
    std::ofstream{victim} << "precious";
    fs::create_directories(fresh);
    fs::permissions(fresh, fs::perms::owner_all);
    for (const std::string name : {"operator-key", "operator-key.new"}) {
        fs::create_symlink(victim, fresh / name);
    }
    const auto other = open_engine({.data = fresh});
    ASSERT_TRUE(other.has_value()) << other.error().detail;
    const auto made = operator_key(**other, fresh);
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    EXPECT_TRUE(made->made);
    EXPECT_FALSE(fs::is_symlink(fresh / "operator-key"));
    EXPECT_EQ(mode_of(fresh / "operator-key"), 0600U);
    std::ifstream in{victim};
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), "precious");
}

TEST_F(OperatorKeyTest, AFolderThatIsOpenToOthersIsClosedToThemOrRefused) {
    engine.reset();
    const auto all = fs::perms::all;
    fs::permissions(data, all);
    fs::permissions(file, all);
    fs::permissions(data / "keys", all);
    fs::permissions(data / "keys" / "kek" / "1", all);
    engine = opened();
    EXPECT_EQ(mode_of(data), 0700U);
    EXPECT_EQ(mode_of(data / "keys"), 0700U);
    EXPECT_EQ(mode_of(file) & 077U, 0U);
    EXPECT_EQ(mode_of(data / "keys" / "kek" / "1") & 077U, 0U);

    const fs::path shared = folder.path() / "shared";
    fs::create_directories(shared / "of somebody else");
    fs::permissions(shared, all);
    const auto refused = open_engine({.data = shared});
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().detail, testing::HasSubstr("chmod 700"));
    EXPECT_EQ(mode_of(shared), 0777U);
    EXPECT_FALSE(fs::exists(shared / "keys"));
}

}  // namespace
}  // namespace muster::http
