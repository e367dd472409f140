// Pausing a membership and ending the pause. Whoever may not remove a person may not suspend them.
#include "domain/decide_parts.h"

namespace muster {
Verdict decide_one(const Call& call, const SuspendMember& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::suspend_member) ||
        !may(organization, actor, Operation::remove_member)) {
        return refuse(Rejection::not_allowed);
    }
    const Held* held = organization.held_by(command.person);
    if (held == nullptr) return refuse(Rejection::member_not_found);
    if (!reaches(organization, actor, Reach::suspend, held->roles) ||
        !reaches(organization, actor, Reach::remove, held->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    const MemberRules& rules = organization.blueprint->members;
    if (!rules.suspension) return refuse(Rejection::suspension_not_offered);
    if (actor.is(command.person)) return refuse(Rejection::own_suspension_not_allowed);
    const Member* member = organization.member(command.person);
    if (member == nullptr) return refuse(Rejection::member_pending);
    if (member->status == MemberStatus::suspended) return already_so();
    if (cannot_go(organization, *member)) return refuse(Rejection::last_protected_holder);

    auto events = end_of_sent(organization, actor, command.person, command.sent);
    if (!events) return refuse(events.error());
    events->emplace_back(MemberSuspended{command.person});
    if (rules.suspension_frees_licence && member->licence) {
        events->emplace_back(LicenceChanged{command.person, std::nullopt});
    }
    return happened(command.organization, std::move(*events));
}

Verdict decide_one(const Call& call, const ReinstateMember& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    const Actor& actor = call.actor();
    if (!may(organization, actor, Operation::suspend_member)) {
        return refuse(Rejection::not_allowed);
    }
    const Held* held = organization.held_by(command.person);
    if (held == nullptr) return refuse(Rejection::member_not_found);
    if (!reaches(organization, actor, Reach::suspend, held->roles)) {
        return refuse(Rejection::target_out_of_reach);
    }
    const Member* member = organization.member(command.person);
    if (member == nullptr) return refuse(Rejection::member_pending);
    if (member->status == MemberStatus::active) return already_so();

    const auto had = member->licence ? member->licence : member->former_licence;
    Rehearsal rehearsal{organization, call.now};
    rehearsal.add(MemberReinstated{command.person});
    if (const auto no = rehearsal.settle_licence(command.person, had)) return refuse(*no);
    return std::move(rehearsal).verdict();
}

}  // namespace muster
