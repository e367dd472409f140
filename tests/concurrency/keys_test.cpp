// The key store from many threads: new and known addresses, sealing and unsealing, API keys, syncs.
#include "eventstore/keys/keys.h"

#include "eventstore/machine/crypto.h"
#include "tests/concurrency/threads.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>

namespace muster::concurrency {
namespace {

TEST(ConcurrentKeys, AreMadeReadAndSyncedAtOnce) {
    const test::TemporaryFolder folder;
    const auto keys = *open_key_store(folder.path() / "keys");
    Threads threads{5};
    for (int thread = 0; thread < 3; ++thread) {
        threads.start([&] {
            for (int i = 0; i < 50; ++i) {
                const auto person = *keys->person_for(std::to_string(i) + "@example.org");
                const SealScope scope{.organization = {}, .person = person};
                const auto sealed = *keys->seal(scope, "Ada");
                ASSERT_EQ(keys->unseal(scope, sealed), "Ada");
                ASSERT_TRUE(keys->sync().has_value());
            }
        });
    }
    threads.start([&] {
        for (std::uint8_t i = 0; i < 50; ++i) {
            const ApiKeyRecord record{
                .id = random_uuid(), .label = "key", .secret_hash = Digest{i}};
            ASSERT_TRUE(keys->put_api_key(record).has_value());
            if (i % 2 == 1) continue;
            ASSERT_TRUE(keys->delete_api_key(record.id).has_value());
        }
    });
    threads.start([&] {
        for (std::uint8_t i = 0; i < 50; ++i) {
            (void)keys->api_key_by_hash(Digest{i});
            ASSERT_LE(keys->api_keys().size(), 50U);
            ASSERT_NE(keys->token_mac("one"), keys->request_mac("one"));
        }
    });
    threads.join();
    EXPECT_EQ(keys->api_keys().size(), 25U);
    EXPECT_GE(keys->key_seq(), 50U + 50U + 50U) << "an address and a data key each, and API keys";
}

}  // namespace
}  // namespace muster::concurrency
