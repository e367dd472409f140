// Batch by batch: what a command stands on was answered before it is sent.
#include "tools/bench/zipf_town.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tools/bench/load.h"

#include <algorithm>

namespace muster::bench {
namespace {

constexpr std::uint64_t commits_a_member = 10;
constexpr std::uint64_t mean_members = 100;
constexpr std::size_t members_in_batch = 2'000;
constexpr std::size_t most_in_flight = 4'096;

Sealed sealed_for(Engine& engine, const SealScope& scope, const std::string& text) {
    auto sealed = engine.keys().seal(scope, text);
    ENSURE(sealed.has_value());
    return std::move(*sealed);
}

PersonId person_of(Engine& engine, const std::string& address) {
    const auto person = engine.keys().person_for(address);
    ENSURE(person.has_value());
    return *person;
}

std::string address_of(std::size_t member) {
    return "member" + std::to_string(member) + "@example.org";
}

std::string person_name(std::size_t member) {
    static constexpr std::array names{"Anna", "Bertil", "Çağla", "José", "Łucja", "Tuva"};
    return names[member % names.size()] + std::string{" "} + std::to_string(member);
}

}  // namespace

ZipfTown::ZipfTown(std::uint64_t commits) {
    const std::size_t count = std::max(1UL, commits / (mean_members * commits_a_member));
    const std::size_t members = (commits - count) / commits_a_member;
    double harmonic = 0;
    for (std::size_t i = 1; i <= count; ++i) harmonic += 1 / static_cast<double>(i);
    for (std::size_t i = 0; i < count; ++i) {
        organizations_.push_back({random_uuid()});
        const double share = 1 / (static_cast<double>(i + 1) * harmonic);
        const auto size = static_cast<std::size_t>(share * static_cast<double>(members));
        members_.insert(members_.end(), size, {.organization = i});
    }
    std::ranges::shuffle(members_, random_);
}

void ZipfTown::make(Engine& engine) {
    found(engine);
    while (joined_ < members_.size()) {
        const std::size_t from = joined_;
        register_people(engine, from);
        join(engine, from);
        joined_ = batch_end(from);
        act(engine, joined_ - from);
    }
}

std::size_t ZipfTown::batch_end(std::size_t from) const {
    return std::min(members_.size(), from + members_in_batch);
}

void ZipfTown::found(Engine& engine) {
    const auto blueprint = read_blueprint(shipped_blueprint("open-source"));
    ENSURE(blueprint.has_value());
    Load load{engine};
    for (std::size_t i = 0; i < organizations_.size(); ++i) {
        const std::string address = "founder" + std::to_string(i) + "@example.org";
        load.submit(FoundOrganization{.organization = organizations_[i],
                                      .name = "Zipf " + std::to_string(i),
                                      .blueprint = *blueprint,
                                      .founder = person_of(engine, address)},
                    most_in_flight);
    }
}

void ZipfTown::register_people(Engine& engine, std::size_t from) {
    Load load{engine};
    for (std::size_t at = from; at < batch_end(from); ++at) {
        const PersonId person = person_of(engine, address_of(at));
        members_[at].person = person;
        load.submit(RegisterPerson{.person = person,
                                   .name = sealed_for(engine, {{}, person, PersonalField::name},
                                                      person_name(at)),
                                   .verified = true},
                    most_in_flight);
    }
}

/// Whoever has an account joins at once.
void ZipfTown::join(Engine& engine, std::size_t from) {
    Load load{engine};
    for (std::size_t at = from; at < batch_end(from); ++at) {
        const PersonId person = members_[at].person;
        InviteMember inviting{.organization = organizations_[members_[at].organization]};
        const auto sealed = [&](PersonalField field, const std::string& text) {
            return sealed_for(engine, {inviting.organization, person, field}, text);
        };
        inviting.rows.push_back({.invitation = {random_uuid()},
                                 .person = person,
                                 .roles = {{"member"}},
                                 .name = sealed(PersonalField::name, person_name(at)),
                                 .address = sealed(PersonalField::address, address_of(at))});
        load.submit(std::move(inviting), most_in_flight);
    }
}

void ZipfTown::act(Engine& engine, std::size_t joined) {
    Load load{engine};
    for (std::size_t i = 0; i < joined * (commits_a_member - 2); ++i) {
        load.submit(i % 2 == 0 ? sign_in() : role_change(), most_in_flight);
    }
}

Command ZipfTown::role_change() {
    Member& member = somebody();
    member.is_admin = !member.is_admin;
    return ChangeRole{.organization = organizations_[member.organization],
                      .person = member.person,
                      .roles = {{member.is_admin ? "admin" : "member"}}};
}

Command ZipfTown::sign_in() {
    const Member& member = somebody();
    return RecordSignIn{member.person, organizations_[member.organization]};
}

}  // namespace muster::bench
