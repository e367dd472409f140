// Commits for tests of the log: small, deterministic, and continuing what was made before.
#pragma once

#include "eventstore/form/commit.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace muster::test {

template <class AnyId>
AnyId id_numbered(std::uint8_t number) {
    AnyId id;
    id.value.data[0] = 0xA0;
    id.value.data[15] = number;
    return id;
}

/// Whom a test writes commits about when it does not matter who.
inline const auto some_organization = id_numbered<OrganizationId>(1);
inline const auto some_person = id_numbered<PersonId>(7);

inline Digest digest_of(std::uint64_t number) {
    Digest digest{};
    for (std::size_t byte = 0; byte < 8; ++byte) {
        digest[byte] = static_cast<std::uint8_t>(number >> (8 * byte));
    }
    digest.back() = 0xD1;
    return digest;
}

/// Keeps the position and the version of each stream, as the writer does.
class CommitMaker {
 public:
    Commit make(std::vector<StreamEvent> events) {
        Commit commit;
        head_ = next(head_);
        commit.position = head_;
        commit.recorded_at =
            Instant{1'700'000'000'000'000 + static_cast<std::int64_t>(number(head_)) * 1'000};
        commit.effective_at = commit.recorded_at;
        for (const auto& [stream, event] : events) {
            if (std::ranges::any_of(commit.streams, [&](const TouchedStream& touched) {
                    return touched.stream == stream;
                })) {
                continue;
            }
            auto& version = versions_[stream];
            version = next(version);
            commit.streams.push_back({stream, version});
        }
        commit.context.actor = Actor::the_operator();
        commit.command = RecordSignIn{.person = id_numbered<PersonId>(1), .organization = {}};
        commit.request =
            RequestRecord{digest_of(number(head_)), digest_of(number(head_) + 1'000'000)};
        commit.events = std::move(events);
        commit.key_seq = number(head_) * 2;
        return commit;
    }

    Commit joined(OrganizationId organization, PersonId person) {
        return make({{StreamId::of(organization), member_joined(person)}});
    }

    std::vector<Commit> joined(OrganizationId organization, PersonId person, std::size_t count) {
        std::vector<Commit> commits;
        while (commits.size() < count) commits.push_back(joined(organization, person));
        return commits;
    }

    Position head() const { return head_; }

    static MemberJoined member_joined(PersonId person) {
        MemberJoined event;
        event.person = person;
        event.roles = {RoleId{"member"}};
        event.name = Sealed{std::string(40, 'n')};
        return event;
    }

 private:
    Position head_{};
    std::map<StreamId, Version> versions_;
};

}  // namespace muster::test
