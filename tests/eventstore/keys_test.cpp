// The key store: what it seals opens for its owner alone, an address has one person, and nothing
// readable reaches the disk.
#include "eventstore/keys/keys.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/no_growing_files.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>
#include <thread>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view address = "canary.ada.lovelace@example.org";
const SealScope scope{.organization = id_numbered<OrganizationId>(1),
                      .person = id_numbered<PersonId>(2),
                      .field = PersonalField::address};

class Keys : public testing::Test {
 protected:
    Keys() { reopen(); }
    void reopen() {
        keys_.reset();
        auto opened = open_key_store(folder());
        ENSURE(opened.has_value());
        keys_ = std::move(*opened);
    }
    fs::path folder() const { return temporary_.path() / "keys"; }
    void expect_refused(FailureKind kind, const std::string& saying) {
        keys_.reset();
        const auto keys = open_key_store(folder());
        ASSERT_FALSE(keys.has_value());
        EXPECT_EQ(name_of(keys.error().kind), name_of(kind)) << keys.error().detail;
        EXPECT_THAT(keys.error().detail, testing::HasSubstr(saying));
    }

    /// Which is another answer than that it was erased.
    void expect_unreadable(const SealScope& whose, const Sealed& sealed, const std::string& why) {
        const auto text = keys_->unseal(whose, sealed);
        ASSERT_FALSE(text.has_value()) << why;
        EXPECT_EQ(name_of(text.error().kind), "corrupted") << why;
    }

    TemporaryFolder temporary_;
    std::unique_ptr<KeyStore> keys_;
};

TEST_F(Keys, UnsealWhatTheySealed) {
    EXPECT_TRUE(rc::check([&](const std::string& text, bool account, bool nobody) {
        auto any = scope;
        if (account) any.organization = {};
        if (nobody) any.person = {};
        const auto sealed = keys_->seal(any, text);
        RC_ASSERT(sealed.has_value());
        RC_ASSERT(sealed->empty() == text.empty());
        RC_ASSERT(keys_->unseal(any, *sealed).value() == text);
    }));
}

TEST_F(Keys, SealTheSameTextDifferentlyEachTime) {
    EXPECT_NE(keys_->seal(scope, address)->bytes, keys_->seal(scope, address)->bytes);
}

TEST_F(Keys, UnsealForTheRightScopeAlone) {
    const auto sealed = *keys_->seal(scope, address);
    std::vector<SealScope> others(5, scope);
    others[0].organization = id_numbered<OrganizationId>(9);
    others[1].person = id_numbered<PersonId>(9);
    others[2].field = PersonalField::name;
    others[3].organization = {};
    others[4].person = {};
    for (const auto& other : others) {
        if (other.field == scope.field) {
            EXPECT_EQ(*keys_->unseal(other, sealed), std::nullopt) << "before it has a data key";
        }
        ASSERT_TRUE(keys_->seal(other, "something").has_value());
        expect_unreadable(other, sealed, "with a data key of its own");
    }
    EXPECT_EQ(keys_->unseal(scope, sealed), address);
}

TEST_F(Keys, UnsealNothingThatWasChanged) {
    const auto sealed = *keys_->seal(scope, address);
    for (std::size_t at = 0; at < sealed.bytes.size(); ++at) {
        auto changed = sealed;
        changed.bytes[at] ^= 1;
        // One byte alone may be what stands for a withheld text.
        const Sealed cut{sealed.bytes.substr(0, std::max<std::size_t>(at, 2))};
        expect_unreadable(scope, changed, "byte " + std::to_string(at));
        expect_unreadable(scope, cut, "cut at " + std::to_string(at));
    }
    expect_unreadable(scope, Sealed{sealed.bytes + "x"}, "longer");
    EXPECT_EQ(keys_->unseal(scope, sealed), address);
}

TEST_F(Keys, GiveAnAddressOnePerson) {
    EXPECT_EQ(*keys_->find_person(address), std::nullopt);
    const auto person = *keys_->person_for(address);
    EXPECT_FALSE(person.is_nil());
    EXPECT_EQ(*keys_->person_for(address), person);
    EXPECT_EQ(*keys_->find_person(address), person);
    EXPECT_NE(*keys_->person_for("somebody.else@example.org"), person);
}

TEST_F(Keys, GiveAnAddressOnePersonWhoeverAsksAtOnce) {
    constexpr int rounds = 30;
    constexpr int callers = 8;
    for (int round = 0; round < rounds; ++round) {
        const auto contested = "person" + std::to_string(round) + "@example.org";
        std::atomic<int> ready{0};
        std::vector<PersonId> given(callers);
        std::vector<std::string> sealed(callers);
        std::vector<std::thread> threads;
        for (std::size_t caller = 0; caller < callers; ++caller) {
            threads.emplace_back([&, caller] {
                ++ready;
                while (ready < callers) std::this_thread::yield();
                given[caller] = *keys_->person_for(contested);
                sealed[caller] =
                    keys_->seal({.organization = {}, .person = given[caller]}, "x")->bytes;
            });
        }
        for (auto& thread : threads) thread.join();
        EXPECT_EQ(std::set<PersonId>(given.begin(), given.end()).size(), 1U);
        for (const auto& bytes : sealed) {
            EXPECT_EQ(keys_->unseal({.organization = {}, .person = given[0]}, Sealed{bytes}), "x");
        }
    }
    EXPECT_EQ(keys_->key_seq(), 2U * rounds) << "one row an address and one a data key";
}

TEST_F(Keys, NumberTheirRows) {
    EXPECT_EQ(keys_->key_seq(), 0U);
    const auto person = *keys_->person_for(address);
    EXPECT_EQ(keys_->key_seq(), 1U);
    ASSERT_TRUE(keys_->seal({.organization = {}, .person = person}, "Ada").has_value());
    EXPECT_EQ(keys_->key_seq(), 2U);
    ASSERT_TRUE(keys_->seal({.organization = {}, .person = person}, "Ada").has_value());
    EXPECT_EQ(*keys_->person_for(address), person);
    EXPECT_EQ(keys_->unseal(scope, Sealed{"nothing"}), std::nullopt);
    EXPECT_EQ(keys_->key_seq(), 2U) << "nothing new, no row";
    EXPECT_TRUE(keys_->sync().has_value());
    EXPECT_TRUE(keys_->sync().has_value());
    EXPECT_EQ(keys_->key_seq(), 2U);
}

TEST_F(Keys, KeepEverythingWhenReopened) {
    const auto person = *keys_->person_for(address);
    const auto sealed = *keys_->seal(scope, address);
    const auto token = keys_->token_mac("text");
    const auto request = keys_->request_mac("text");
    const auto key_seq = keys_->key_seq();
    for (int round = 0; round < 3; ++round) {
        reopen();
        EXPECT_EQ(keys_->key_seq(), key_seq);
        EXPECT_EQ(*keys_->find_person(address), person);
        EXPECT_EQ(*keys_->person_for(address), person);
        EXPECT_EQ(keys_->unseal(scope, sealed), address);
        EXPECT_EQ(keys_->token_mac("text"), token);
        EXPECT_EQ(keys_->request_mac("text"), request);
    }
}

TEST_F(Keys, HashForOnePurposeEach) {
    EXPECT_NE(keys_->token_mac("text"), keys_->request_mac("text"));
    EXPECT_NE(keys_->token_mac("text"), keys_->token_mac("texu"));
    EXPECT_NE(keys_->token_mac("text"), sha256("text"));
    const TemporaryFolder elsewhere;
    const auto others = open_key_store(elsewhere.path() / "keys");
    EXPECT_NE((*others)->token_mac("text"), keys_->token_mac("text"));
    EXPECT_NE(*(*others)->person_for(address), *keys_->person_for(address));
}

TEST_F(Keys, OfAnotherServerOpenNothing) {
    const TemporaryFolder elsewhere;
    const auto others = open_key_store(elsewhere.path() / "keys");
    ASSERT_TRUE((*others)->seal(scope, "something").has_value());
    const auto opened = (*others)->unseal(scope, *keys_->seal(scope, address));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, FailureKind::corrupted);
}

TEST_F(Keys, OpenOnlyWithTheirKeyEncryptionKey) {
    const auto file = folder() / "kek" / "1";
    const auto kept = bytes_of_file(file);
    ASSERT_EQ(kept.size(), 32U);
    const auto sealed = *keys_->seal(scope, address);

    fs::remove(file);
    expect_refused(FailureKind::corrupted, "put the file back");
    EXPECT_FALSE(fs::exists(file)) << "a fresh key was made over the lost one";
    std::ofstream{file, std::ios::binary} << kept.substr(1);
    expect_refused(FailureKind::corrupted, "is not 32 bytes");
    std::ofstream{file, std::ios::binary} << std::string(32, 'k');
    expect_refused(FailureKind::corrupted, "does not open with the key-encryption key");

    std::ofstream{file, std::ios::binary} << kept;
    reopen();
    EXPECT_EQ(keys_->unseal(scope, sealed), address);
}

TEST_F(Keys, RefuseWhenTheStoreIsGone) {
    keys_.reset();
    fs::remove_all(folder() / "store");
    expect_refused(FailureKind::corrupted, "store beside it is missing");
}

TEST_F(Keys, RefuseANewerFormatAndTouchNothing) {
    keys_.reset();
    std::ofstream{folder() / "FORMAT"} << "muster-keys 2\n";
    const auto before = files_below(folder());
    expect_refused(FailureKind::newer_format, "has format 2");
    EXPECT_EQ(files_below(folder()), before);
}

TEST_F(Keys, AreForOneHandle) {
    const auto second = open_key_store(folder());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, FailureKind::in_use);
}

bool is_on_disk(const fs::path& folder, std::string_view text) {
    return std::ranges::any_of(files_below(folder), [&](const auto& file) {
        return file.second.find(text) != std::string::npos;
    });
}

TEST_F(Keys, LeaveNothingReadableBehind) {
    const auto person = *keys_->person_for(address);
    const auto sealed = *keys_->seal(scope, address);
    EXPECT_EQ(sealed.bytes.find("lovelace"), std::string::npos);
    ASSERT_TRUE(keys_->sync().has_value());
    for (int round = 0; round < 2; ++round) {
        EXPECT_FALSE(is_on_disk(folder(), "lovelace"));
        const auto id = std::string{person.value.begin(), person.value.end()};
        EXPECT_TRUE(is_on_disk(folder(), id)) << "the check looks in the wrong place";
        reopen();
    }
    ApiKeyRecord record;
    record.label = "label of lovelace";
    ASSERT_TRUE(keys_->put_api_key(record).has_value());
    EXPECT_TRUE(is_on_disk(folder(), "lovelace")) << "the check cannot fail";
}

TEST_F(Keys, BelongToTheirOwnerAlone) {
    reopen();
    for (const auto& path : {folder(), folder() / "kek", folder() / "store"}) {
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all) << path;
    }
    for (const auto& [file, bytes] : files_below(folder())) {
        EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write)
            << file;
    }
}

ApiKeyRecord api_key(const std::string& secret) {
    ApiKeyRecord record;
    record.id = random_uuid();
    record.label = "backend of " + secret;
    record.secret_hash = sha256(secret);
    record.organizations = {id_numbered<OrganizationId>(1), id_numbered<OrganizationId>(2)};
    record.created_at_micros = 1'700'000'000'000'000;
    record.expires_at_micros = -1;
    return record;
}

TEST_F(Keys, KeepApiKeysUntilTheyAreDeleted) {
    auto first = api_key("first");
    auto second = api_key("second");
    second.platform_operator = true;
    second.names_actors = false;
    second.organizations.clear();
    second.label.clear();
    ASSERT_TRUE(keys_->put_api_key(first).has_value());
    ASSERT_TRUE(keys_->put_api_key(second).has_value());
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(keys_->api_keys(), testing::UnorderedElementsAre(first, second));
        EXPECT_EQ(keys_->api_key_by_hash(sha256("first")), first);
        EXPECT_EQ(keys_->api_key_by_hash(sha256("second")), second);
        EXPECT_EQ(keys_->api_key_by_hash(sha256("third")), std::nullopt);
        reopen();
    }
    first.secret_hash = sha256("renewed");
    ASSERT_TRUE(keys_->put_api_key(first).has_value());
    EXPECT_EQ(keys_->api_key_by_hash(sha256("first")), std::nullopt);
    EXPECT_EQ(keys_->api_key_by_hash(sha256("renewed")), first);

    EXPECT_TRUE(*keys_->delete_api_key(second.id));
    EXPECT_FALSE(*keys_->delete_api_key(second.id));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(keys_->api_key_by_hash(sha256("second")), std::nullopt);
        EXPECT_THAT(keys_->api_keys(), testing::ElementsAre(first));
        reopen();
    }
}

TEST_F(Keys, ExtendTheReachOfAKeyThatIsThereAndBringNoneBack) {
    auto backend = api_key("backend");
    backend.may_found = true;
    ASSERT_TRUE(keys_->put_api_key(backend).has_value());
    const auto founded = id_numbered<OrganizationId>(3);
    for (int round = 0; round < 2; ++round) {
        EXPECT_TRUE(*keys_->extend_api_key(backend.id, founded));
        reopen();
    }
    backend.organizations.push_back(founded);
    EXPECT_EQ(keys_->api_key_by_hash(sha256("backend")), backend);
    ASSERT_TRUE(*keys_->delete_api_key(backend.id));
    EXPECT_FALSE(*keys_->extend_api_key(backend.id, id_numbered<OrganizationId>(4)));
    EXPECT_THAT(keys_->api_keys(), testing::IsEmpty());
}

TEST_F(Keys, RememberThatAnOperatorHadAKey) {
    ASSERT_TRUE(keys_->put_api_key(api_key("backend")).has_value());
    EXPECT_EQ(keys_->had_operator_key(), false);
    auto operating = api_key("operator");
    operating.platform_operator = true;
    ASSERT_TRUE(keys_->put_api_key(operating).has_value());
    ASSERT_TRUE(*keys_->delete_api_key(operating.id));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(keys_->had_operator_key(), true);
        reopen();
    }
}

TEST_F(Keys, TakeNoWriteAfterOneThatFailed) {
    const auto person = *keys_->person_for(address);
    ASSERT_TRUE(keys_->sync().has_value());
    ASSERT_TRUE(keys_->person_for("somebody.else@example.org").has_value());
    {
        const NoGrowingFiles full;
        EXPECT_FALSE(keys_->sync().has_value());
    }
    EXPECT_FALSE(keys_->person_for("somebody.third@example.org").has_value());
    EXPECT_FALSE(keys_->sync().has_value());
    EXPECT_EQ(*keys_->person_for(address), person) << "reading goes on";
    reopen();
    EXPECT_EQ(*keys_->person_for(address), person);
    EXPECT_TRUE(keys_->person_for("somebody.third@example.org").has_value());
    EXPECT_TRUE(keys_->sync().has_value());
}

TEST_F(Keys, KeepWhatTheyGaveOutBeforeAWriteFailed) {
    const auto person = *keys_->person_for(address);
    const auto sealed = *keys_->seal(scope, address);
    {
        const NoGrowingFiles full;
        ASSERT_FALSE(keys_->sync().has_value());
    }
    ASSERT_TRUE(keys_->reopen().has_value());
    EXPECT_EQ(keys_->key_seq(), 2U) << "two rows wait again";
    EXPECT_EQ(*keys_->person_for(address), person);
    EXPECT_EQ(keys_->unseal(scope, sealed), address);
    ASSERT_TRUE(keys_->sync().has_value());
    reopen();
    EXPECT_EQ(keys_->key_seq(), 2U);
    EXPECT_EQ(*keys_->find_person(address), person);
    EXPECT_EQ(keys_->unseal(scope, sealed), address);
}

TEST_F(Keys, WriteWhatIsNewWithASync) {
    const auto person_after_a_kill = [&](const std::string& copy) {
        fs::copy(folder(), temporary_.path() / copy, fs::copy_options::recursive);
        const auto keys = open_key_store(temporary_.path() / copy);
        ENSURE(keys.has_value());
        return *(*keys)->find_person(address);
    };
    const auto person = *keys_->person_for(address);
    EXPECT_EQ(person_after_a_kill("before"), std::nullopt);
    ASSERT_TRUE(keys_->sync().has_value());
    EXPECT_EQ(person_after_a_kill("after"), person);
}

TEST(Crypto, Sha256IsTheStandardOne) {
    const auto digest = sha256("abc");
    const std::string_view bytes{reinterpret_cast<const char*>(digest.data()), digest.size()};
    EXPECT_EQ(base64(bytes), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST(Crypto, Base64urlComesBack) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        const auto text = base64(bytes);
        RC_ASSERT(text.find_first_of("+/=") == std::string::npos);
        RC_ASSERT(from_base64(text) == bytes);
    }));
    for (const auto* text : {"A", "AB==", "A B", "ab+/", "AB\n", "AC", "\377A"}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
    }
    EXPECT_EQ(from_base64(""), "");
    EXPECT_EQ(from_base64("-_8"), "\xfb\xff");
    EXPECT_EQ(from_base64("+/8=", Base64::standard), "\xfb\xff");
    for (const auto* text : {"+/8", "+/8==", "+/9=", "-_8=", "+/8=A", "+/8=\n", "\377AA="}) {
        EXPECT_EQ(from_base64(text, Base64::standard), std::nullopt) << text;
    }
}

TEST(Crypto, RandomIdsAreVersionFourAndDiffer) {
    std::set<boost::uuids::uuid> seen;
    for (int count = 0; count < 1000; ++count) {
        const auto id = random_uuid();
        EXPECT_EQ(id.version(), boost::uuids::uuid::version_random_number_based);
        EXPECT_EQ(id.variant(), boost::uuids::uuid::variant_rfc_4122);
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000U);
}

TEST(Crypto, RandomTokensHaveTheLengthAskedForAndDiffer) {
    EXPECT_EQ(from_base64(random_token(32))->size(), 32U);
    EXPECT_NE(random_token(32), random_token(32));
}

TEST(Crypto, ComparesDigests) {
    auto other = sha256("abc");
    EXPECT_TRUE(equal_in_constant_time(sha256("abc"), other));
    other.back() ^= 1;
    EXPECT_FALSE(equal_in_constant_time(sha256("abc"), other));
}

}  // namespace
}  // namespace muster::test
