// Choosing.
#include "tests/domain/picks.h"

#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

constexpr std::uint64_t population = 8;

template <class Container>
auto nth(const Container& container, std::size_t choice) {
    auto found = container.begin();
    std::advance(found, choice % container.size());
    return *found;
}

/// The first from `choice` on that will do, going round; else the one chosen.
template <class Container, class Test>
auto nth_that(const Container& container, std::size_t choice, const Test& will_do) {
    for (std::size_t offset = 0; offset < container.size(); ++offset) {
        const auto found = nth(container, choice + offset);
        if (will_do(found)) return found;
    }
    return nth(container, choice);
}

}  // namespace

std::vector<PersonId> everybody() {
    std::vector<PersonId> people;
    for (std::uint64_t number = 1; number <= population; ++number) people.push_back(person(number));
    return people;
}

OrganizationId organization_meant_by(const Move& move) {
    return organization(move.elsewhere ? 2 : 1);
}

OrganizationId other_organization(const Move& move) {
    return organization(move.elsewhere ? 1 : 2);
}

Picks::Picks(const World& world, const Move& move, Ids& ids)
    : world_{world},
      move_{move},
      here_{*world.organization(organization_meant_by(move))},
      ids_{ids} {}

OrganizationId Picks::elsewhere() const {
    return organization(move_.elsewhere ? 1 : 2);
}

PersonId Picks::anybody(std::uint8_t choice) const {
    return person(1 + choice % population);
}

PersonId Picks::somebody() const {
    if (move_.target > 13 || here_.members.empty()) return anybody(move_.target);
    // The founder comes first and can do most, so that others are mostly meant.
    const std::size_t others = here_.members.size() - 1;
    if (move_.target > 2 && others > 0) return nth(here_.members, 1 + move_.target % others).first;
    return nth(here_.members, move_.target).first;
}

PersonId Picks::stranger() const {
    const auto is_new = [&](PersonId who) {
        return here_.member(who) == nullptr && here_.invitation_of(who) == nullptr;
    };
    if (move_.role > 12) return anybody(move_.target);
    return nth_that(everybody(), move_.target, is_new);
}

PersonId Picks::somebody_suspended() const {
    if (move_.target > 13 || here_.members.empty()) return anybody(move_.target);
    const auto is_suspended = [](const auto& entry) {
        return entry.second.status == MemberStatus::suspended;
    };
    return nth_that(here_.members, move_.target, is_suspended).first;
}

PersonId Picks::holder() const {
    if (move_.target > 13 || here_.members.empty()) return anybody(move_.target);
    const auto holds = [&](const auto& entry) { return here_.is_protected(entry.second.roles); };
    return nth_that(here_.members, move_.target, holds).first;
}

PersonId Picks::successor() const {
    if (move_.place > 13 || here_.members.empty()) return anybody(move_.place);
    const auto is_another = [&](const auto& entry) { return entry.first != holder(); };
    return nth_that(here_.members, move_.place, is_another).first;
}

InvitationId Picks::invitation() const {
    if (move_.target < 13 && !here_.invitations.empty()) {
        return nth(here_.invitations, move_.target).first;
    }
    if (move_.target < 15 && !ids_.sent.empty()) {
        return ids_.sent[ids_.sent.size() - 1 - move_.target % ids_.sent.size()];
    }
    return domain_tests::invitation(99);
}

std::optional<PersonId> Picks::invited_by(InvitationId id) const {
    if (const OpenInvitation* open = here_.invitation(id)) return open->person;
    const auto ended = here_.ended_invitations.find(id);
    if (ended == here_.ended_invitations.end()) return std::nullopt;
    return ended->second.person;
}

InvitationId Picks::fresh_invitation() const {
    const bool used = move_.place == 14 && !ids_.sent.empty();
    const InvitationId id = used ? ids_.sent.back() : domain_tests::invitation(ids_.next++);
    ids_.sent.push_back(id);
    return id;
}

WorkspaceId Picks::fresh_workspace() const {
    return workspace(ids_.next++);
}

RoleId Picks::fresh_role() const {
    return RoleId{"own" + std::to_string(ids_.next++)};
}

RoleId Picks::role() const {
    return move_.role == 15 ? RoleId{"pilot"} : nth(*here_.roles, move_.role).first;
}

RoleId Picks::role_held_by(PersonId who) const {
    const Member* member = here_.member(who);
    if (member == nullptr || move_.role > 12) return role();
    return nth(member->roles, move_.role);
}

RoleId Picks::own_role() const {
    if (move_.role > 10) return role();
    const auto is_own = [](const auto& entry) { return entry.second.custom; };
    return nth_that(*here_.roles, move_.role, is_own).first;
}

std::vector<RoleId> Picks::roles() const {
    if (move_.variant == 15) return {};
    if (move_.variant == 14) return {role(), here_.roles->begin()->first};
    if (move_.variant > 10 && rules().members.several_roles) {
        return {role(), nth(*here_.roles, move_.place).first};
    }
    return {role()};
}

std::optional<RoleId> Picks::replacement() const {
    if (move_.variant > 7) return std::nullopt;
    return nth(*here_.roles, move_.place).first;
}

SentInvitations Picks::sent() const {
    if (move_.place % 8 == 0) return SentInvitations::stay;
    return move_.place % 8 < 3 ? SentInvitations::cancel : SentInvitations::take_over;
}

WorkspacePlace Picks::place(std::uint8_t choice) const {
    WorkspaceId where = workspace(99);
    if (choice < 15 && !here_.workspaces.empty()) where = nth(here_.workspaces, choice).first;
    const auto& offered = rules().workspaces.roles;
    if (offered.empty() || move_.role == 15)
        return {where, RoleId{move_.role == 15 ? "pilot" : ""}};
    return {where, nth(offered, static_cast<std::size_t>(move_.role + choice / 4)).id};
}

std::vector<WorkspacePlace> Picks::places() const {
    std::vector<WorkspacePlace> chosen;
    for (std::uint8_t index = 0; index < move_.variant % 4; ++index) {
        chosen.push_back(place(static_cast<std::uint8_t>(move_.place + index)));
    }
    return chosen;
}

std::vector<PermissionId> Picks::permissions() const {
    std::vector<PermissionId> chosen;
    for (std::size_t index = 0; index < std::size_t{move_.variant} % 4; ++index) {
        chosen.push_back(nth(rules().permissions, move_.place + index * 5).id);
    }
    if (move_.variant == 13) chosen.push_back(PermissionId{"fly"});
    return chosen;
}

std::string Picks::name() const {
    return move_.place == 15 ? "" : "Name " + std::to_string(move_.place % 6);
}

}  // namespace muster::domain_tests
