// From inviting somebody to their joining, on paper.
#include "tests/domain/naive_organization.h"

#include <algorithm>

namespace muster::domain_tests {

bool NaiveOrganization::invites(const InviteMember& command, const Actor& actor, Instant now,
                                const NaiveAccounts& accounts) {
    if (!has_right(actor, "invite_member") || command.rows.size() > product_.most_rows) {
        return false;
    }
    const NaiveOrganization before = *this;
    bool all = true;
    bool any = false;
    std::set<PersonId> named;
    for (const InvitationRow& row : command.rows) {
        const bool stands =
            named.insert(row.person).second && invites_one(row, actor, now, accounts);
        all = all && stands;
        any = any || stands;
    }
    const bool accepted = command.mode == RowMode::atomic ? all && any : any;
    if (!accepted) *this = before;
    return accepted;
}

bool NaiveOrganization::mails(PersonId to, Instant now, bool sent_again) {
    const auto hour = [](Instant at) {
        return std::chrono::floor<std::chrono::hours>(Duration{at.micros});
    };
    std::size_t in_this_hour = 0;
    std::size_t again_in_a_day = 0;
    bool is_again = sent_again;
    bool too_soon = false;
    for (const NaiveMail& mail : mails_) {
        if (hour(mail.at) == hour(now)) ++in_this_hour;
        if (mail.to != to) continue;
        const bool in_a_day = now - mail.at < std::chrono::hours{24};
        is_again = is_again || in_a_day;
        if (!mail.again) continue;
        if (in_a_day) ++again_in_a_day;
        too_soon = too_soon || now < mail.at + product_.resend_interval;
    }
    const bool too_often = product_.most_resends != 0 && again_in_a_day >= product_.most_resends;
    const bool too_many = product_.most_mails != 0 && in_this_hour >= product_.most_mails;
    if (too_soon || too_often || too_many) return false;
    mails_.push_back({to, now, is_again});
    return true;
}

bool NaiveOrganization::names_good_roles(const std::vector<RoleId>& roles) const {
    const std::set<RoleId> different(roles.begin(), roles.end());
    if (roles.empty() || different.size() != roles.size()) return false;
    if (roles.size() > 1 && !product_.several_roles) return false;
    return std::ranges::all_of(roles, [&](const RoleId& role) {
        const auto known = roles_.find(role.value);
        return known != roles_.end() && known->second.offered && !known->second.single;
    });
}

bool NaiveOrganization::invites_one(const InvitationRow& row, const Actor& actor, Instant now,
                                    const NaiveAccounts& accounts) {
    NaiveMember offered{row.person, {product_.newcomer_role}, {}, "", false};
    const bool asks_for_roles = product_.newcomer_role.empty();
    if (asks_for_roles) {
        if (!names_good_roles(row.roles)) return false;
        offered.roles.clear();
        for (const RoleId& role : row.roles) offered.roles.insert(role.value);
    } else if (!row.roles.empty()) {
        return false;
    }
    if (!row.workspaces.empty() && !product_.places_in_invitation) return false;
    for (const WorkspacePlace& place : row.workspaces) {
        if (!place_exists(place)) return false;
        if (offered.places.contains(place.workspace)) return false;
        offered.places[place.workspace] = place.role.value;
    }
    const auto most = product_.most_workspaces;
    if (most != 0 && offered.places.size() > most) return false;
    if (!offered.places.empty() && !may_be_placed(offered.roles)) return false;
    const auto asked_for = asks_for_roles ? offered.roles : std::set<std::string>{};
    if (!may_offer(actor, row.person, asked_for, offered.places)) return false;
    if (somebody(row.person) != nullptr || invitation(row.invitation) != nullptr) return false;

    const bool at_once = product_.at_once && accounts.verified.contains(row.person);
    if ((at_once || product_.reserves_licence) && !picks_licence(offered)) return false;
    if (at_once) {
        members_.push_back(offered);
        return true;
    }
    if (!mails(row.person, now, false)) return false;
    invitations_.push_back({.id = row.invitation,
                            .offered = offered,
                            .as_sent = offered,
                            .inviter = actor,
                            .expires_at = now + product_.invitation_life});
    return true;
}

bool NaiveOrganization::may_offer(const Actor& actor, PersonId to,
                                  const std::set<std::string>& roles,
                                  const std::map<WorkspaceId, std::string>& places) {
    if (!has_right(actor, "invite_member") || !reaches(actor, "invite", roles)) return false;
    if (!may_give(actor, to, rights_of_roles(roles))) return false;
    return std::ranges::all_of(places, [&](const auto& place) {
        return has_right(actor, "assign_workspace", &place.first) &&
               may_give(actor, product_.places_oneself ? PersonId{} : to, rights_in(place.second),
                        &place.first);
    });
}

bool NaiveOrganization::may_answer_for(const Actor& actor, const NaiveInvitation& sent) {
    const NaiveMember& offered = sent.offered;
    if (!sent.takes_place_of.is_nil()) {
        return may_replace(actor, *member(sent.takes_place_of), offered.person);
    }
    if (!offered.places.empty() && !may_be_placed(offered.roles)) return false;
    const bool asked_for = product_.newcomer_role.empty();
    return may_offer(actor, offered.person, asked_for ? offered.roles : std::set<std::string>{},
                     offered.places);
}

bool NaiveOrganization::may_replace(const Actor& actor, const NaiveMember& replaced,
                                    PersonId successor) {
    const bool passes_ownership_on = is_owner(replaced) && !actor.is(replaced.person);
    if (passes_ownership_on && !actor.is_operator()) return false;
    return has_right(actor, "remove_member") && reaches(actor, "remove", replaced.roles) &&
           may_offer(actor, successor, replaced.roles, replaced.places);
}

bool NaiveOrganization::replaces_address(const ReplaceAddress& command, const Actor& actor,
                                         Instant now, const NaiveAccounts& accounts) {
    const NaiveMember* replaced = member(command.person);
    if (replaced == nullptr || !product_.replaces_addresses || replaced->suspended) return false;
    if (!may_replace(actor, *replaced, command.successor)) return false;
    if (actor.is(command.person) && !product_.removes_oneself) return false;
    if (somebody(command.successor) != nullptr || invitation(command.invitation) != nullptr) {
        return false;
    }
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.takes_place_of == command.person) return false;
    }
    NaiveMember successor = *replaced;
    successor.person = command.successor;
    if (product_.at_once && accounts.verified.contains(command.successor)) {
        leaves(command.person);
        members_.push_back(successor);
        return true;
    }
    if (!mails(command.successor, now, false)) return false;
    successor.licence = "";
    invitations_.push_back({.id = command.invitation,
                            .offered = successor,
                            .as_sent = successor,
                            .inviter = actor,
                            .expires_at = now + product_.invitation_life,
                            .takes_place_of = command.person});
    return true;
}

bool NaiveOrganization::answers(InvitationId id, std::uint32_t send_number, const Actor& actor,
                                Instant now) {
    const NaiveInvitation* sent = invitation(id);
    return !ended_ && sent != nullptr && sent->open && now < sent->expires_at &&
           actor.is(sent->offered.person) && send_number == sent->send_number;
}

bool NaiveOrganization::joins(InvitationId id) {
    NaiveInvitation& sent = *invitation(id);
    if (!sent.takes_place_of.is_nil()) return takes_place(sent);
    if (!may_still_offer(sent)) return false;
    if (!sent.offered.places.empty() && !may_be_placed(sent.offered.roles)) return false;
    NaiveMember joined = sent.offered;
    if (!product_.reserves_licence && !picks_licence(joined)) return false;
    sent.open = false;
    members_.push_back(joined);
    return true;
}

/// Of what others changed since, they were asked.
bool NaiveOrganization::may_still_offer(const NaiveInvitation& sent) {
    std::set<std::string> roles;
    for (const std::string& role : sent.as_sent.roles) {
        const bool asked_for = product_.newcomer_role.empty();
        if (asked_for && sent.offered.roles.contains(role)) roles.insert(role);
    }
    std::map<WorkspaceId, std::string> places;
    for (const auto& [workspace, role] : sent.as_sent.places) {
        const auto now = sent.offered.places.find(workspace);
        if (now != sent.offered.places.end() && now->second == role) places[workspace] = role;
    }
    if (!product_.inviter_checked_again) {
        // The right to a role that must be kept is asked about whatever the product says.
        std::erase_if(roles, [&](const std::string& role) { return !roles_.at(role).kept; });
        if (roles.empty()) return true;
        places.clear();
    }
    return may_offer(sent.inviter, sent.offered.person, roles, places);
}

bool NaiveOrganization::takes_place(NaiveInvitation& sent) {
    const NaiveMember replaced = *member(sent.takes_place_of);
    if (replaced.suspended) return false;
    if (!may_replace(sent.inviter, replaced, sent.offered.person)) return false;
    sent.open = false;
    leaves(replaced.person);
    members_.push_back(replaced);
    members_.back().person = sent.offered.person;
    return true;
}

void NaiveOrganization::offers_places_as_they_are() {
    for (NaiveInvitation& sent : invitations_) {
        if (!sent.open || sent.takes_place_of.is_nil()) continue;
        const NaiveMember* held = member(sent.takes_place_of);
        sent.offered.roles = held->roles;
        sent.offered.places = held->places;
    }
}

bool NaiveOrganization::joins_at_once(PersonId person, Instant now) {
    const NaiveInvitation* sent = open_invitation_of(person);
    if (ended_ || !product_.at_once || sent == nullptr || now >= sent->expires_at) return false;
    return joins(sent->id);
}

bool NaiveOrganization::declines(InvitationId id) {
    invitation(id)->open = false;
    return true;
}

bool NaiveOrganization::resends(const ResendInvitation& command, const Actor& actor, Instant now) {
    NaiveInvitation* sent = invitation(command.invitation);
    if (!has_right(actor, "invite_member") || sent == nullptr || !sent->open) return false;
    if (!reaches(actor, "invite", sent->offered.roles) || now >= sent->expires_at) return false;
    if (!may_answer_for(actor, *sent)) return false;
    if (!mails(sent->offered.person, now, true)) return false;
    sent->inviter = actor;
    sent->as_sent = sent->offered;
    ++sent->send_number;
    sent->expires_at = now + product_.invitation_life;
    return true;
}

bool NaiveOrganization::cancels(const CancelInvitation& command, const Actor& actor) {
    NaiveInvitation* sent = invitation(command.invitation);
    if (!has_right(actor, "invite_member") || sent == nullptr) return false;
    // Cancelling what was cancelled is fine, cancelling what ended otherwise is not.
    if (!sent->open) return sent->cancelled;
    if (!reaches(actor, "invite", sent->offered.roles)) return false;
    sent->open = false;
    sent->cancelled = true;
    return true;
}

bool NaiveOrganization::settles(Instant now) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.expires_at <= now) sent.open = false;
    }
    return true;
}

}  // namespace muster::domain_tests
