// Making organisations and asking things of them.
#include "tools/bench/load.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"

#include <chrono>

namespace muster::bench {
namespace {

const Context by_operator{.actor = Actor::the_operator()};

}  // namespace

std::string_view name_of(Asked asked) {
    return asked == Asked::invitation ? "invitations" : "role changes";
}

std::string_view name_of(Spread spread) {
    switch (spread) {
        case Spread::even:
            return "distinct organisations";
        case Spread::one:
            return "one hot organisation";
        case Spread::zipf:
            return "organisations by Zipf";
    }
    ENSURE(false);
}

Town::Town(Engine& engine, const TownSize& size) : engine_{engine}, places_(size.organizations) {
    std::vector<double> weights;
    for (std::size_t i = 1; i <= size.organizations; ++i) {
        weights.push_back(1 / static_cast<double>(i));
    }
    zipf_ = {weights.begin(), weights.end()};
    for (Place& place : places_) fill(place, size.members_each);
}

void Town::fill(Place& place, std::size_t members) {
    const auto blueprint = read_blueprint(shipped_blueprint("open-source"));
    ENSURE(blueprint.has_value());
    place.id = {random_uuid()};
    constexpr std::size_t in_flight = 1'024;
    Load load{engine_};
    load.submit(FoundOrganization{.organization = place.id,
                                  .name = "Bench",
                                  .blueprint = *blueprint,
                                  .founder = stranger()},
                in_flight);
    InviteMember inviting{.organization = place.id};
    for (std::size_t i = 0; i < members; ++i) {
        const PersonId person = stranger();
        place.members.push_back(person);
        load.submit(RegisterPerson{.person = person,
                                   .name = sealed({}, person, PersonalField::name, "Somebody"),
                                   .verified = true},
                    in_flight);
        // Whoever has an account joins at once.
        inviting.rows.push_back(
            {.invitation = {random_uuid()}, .person = person, .roles = {{"member"}}});
    }
    load.wait();
    load.submit(std::move(inviting), in_flight);
}

PersonId Town::stranger() {
    const auto person =
        engine_.keys().person_for("p" + std::to_string(strangers_++) + "@example.org");
    ENSURE(person.has_value());
    return *person;
}

Sealed Town::sealed(OrganizationId organization, PersonId person, PersonalField field,
                    std::string_view text) {
    auto sealed = engine_.keys().seal({organization, person, field}, text);
    ENSURE(sealed.has_value());
    return std::move(*sealed);
}

Command Town::next(Asked asked, Spread spread) {
    const std::size_t turn = random_() % places_.size();
    Place& place = places_[spread == Spread::even  ? turn
                           : spread == Spread::one ? 0
                                                   : zipf_(random_)];
    if (asked == Asked::invitation) return invitation(place);
    const std::size_t round = place.turns / place.members.size();
    const PersonId person = place.members[place.turns++ % place.members.size()];
    return ChangeRole{.organization = place.id,
                      .person = person,
                      .roles = {{round % 2 == 0 ? "admin" : "member"}}};
}

Command Town::invitation(const Place& place) {
    const PersonId person = stranger();
    InviteMember command{.organization = place.id};
    command.rows.push_back(
        {.invitation = {random_uuid()},
         .person = person,
         .roles = {{"member"}},
         .name = sealed(place.id, person, PersonalField::name, "Somebody Somewhere"),
         .address = sealed(place.id, person, PersonalField::address, "somebody@example.org")});
    return command;
}

void Load::submit(Command command, std::size_t in_flight) {
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return waiting_ < in_flight; });
    }
    submit_due(std::move(command), std::chrono::steady_clock::now());
}

void Load::submit_due(Command command, std::chrono::steady_clock::time_point due) {
    {
        const std::lock_guard lock{mutex_};
        ++waiting_;
    }
    Context context = by_operator;
    context.command_id = {random_uuid()};
    engine_.submit(std::move(command), std::move(context), {.wait_for_views = false},
                   [this, due](const Answer& answer) {
                       ENSURE(answer.has_value() && answer->accepted());
                       const std::chrono::duration<double, std::micro> took =
                           std::chrono::steady_clock::now() - due;
                       const std::lock_guard lock{mutex_};
                       --waiting_;
                       micros_.push_back(took.count());
                       changed_.notify_one();
                   });
}

void Load::wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return waiting_ == 0; });
}

std::vector<double> Load::take_micros() {
    wait();
    return std::move(micros_);
}

}  // namespace muster::bench
