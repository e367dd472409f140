// Accounts: registration, sign-ins, the second factor, what they show.
#include "domain/decide_parts.h"

namespace muster {

Verdict decide_one(const Call& call, const RegisterPerson& command) {
    if (!call.actor().is_operator()) return refuse(Rejection::operator_only);
    const Person* person = call.world.person(command.person);
    const bool registered = person != nullptr && person->registered;
    if (registered && (person->verified || !command.verified)) return already_so();
    if (command.name.empty()) return refuse(Rejection::name_missing);
    Decision decision;
    decision.events.push_back(
        {StreamId::of(command.person), PersonRegistered{.person = command.person,
                                                        .name = command.name,
                                                        .address = command.address,
                                                        .verified = command.verified}});
    if (command.verified) {
        std::ranges::move(join_where_awaited(call, command.person),
                          std::back_inserter(decision.events));
    }
    return decision;
}

Verdict decide_one(const Call& call, const RecordSignIn& command) {
    const Actor& actor = call.actor();
    if (!actor.is_operator() && !actor.is(command.person)) return refuse(Rejection::not_allowed);
    if (command.organization) {
        const auto known = known_organization(call, *command.organization);
        if (!known) return refuse(known.error());
        const Member* member = (*known)->member(command.person);
        if (member == nullptr) return refuse(Rejection::member_not_found);
        if (member->status != MemberStatus::active) return refuse(Rejection::member_suspended);
    } else {
        const Person* person = call.world.person(command.person);
        if (person == nullptr || !person->registered) return refuse(Rejection::person_not_found);
    }
    return Decision{
        {{StreamId::of(command.person), PersonSignedIn{command.person, command.organization}}}, {}};
}

Verdict decide_one(const Call& call, const ChangeTwoFactor& command) {
    if (!call.actor().is_operator()) return refuse(Rejection::operator_only);
    const Person* person = call.world.person(command.person);
    if (person == nullptr || !person->registered) return refuse(Rejection::person_not_found);
    if (person->two_factor == command.enabled) return already_so();
    return Decision{
        {{StreamId::of(command.person), TwoFactorChanged{command.person, command.enabled}}}, {}};
}

Verdict decide_one(const Call& call, const ChangeProfile& command) {
    const Actor& actor = call.actor();
    if (!actor.is_operator() && !actor.is(command.person)) return refuse(Rejection::not_allowed);
    const Person* person = call.world.person(command.person);
    if (person == nullptr || !person->registered) return refuse(Rejection::person_not_found);
    if (command.name.empty()) return refuse(Rejection::name_missing);
    return Decision{{{StreamId::of(command.person),
                      ProfileChanged{command.person, command.name, command.avatar}}},
                    {}};
}

}  // namespace muster
