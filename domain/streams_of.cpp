// From commands to streams. Whatever organisation a command names counts without a line of its own;
// of the people it names only some have their account looked at.
#include "domain/streams_of.h"

#include "domain/fields.h"

namespace muster {
namespace {

/// Of a command that is about one organisation none, unless it has a line here; of others,
/// everybody whom they name.
struct AccountsOf {
    const Command& command;
    const Actor& actor;

    std::vector<PersonId> operator()(const InviteMember&) const { return people_of(command); }
    std::vector<PersonId> operator()(const AcceptInvitation&) const { return the_actor(); }
    std::vector<PersonId> operator()(const DeclineInvitation&) const { return the_actor(); }
    std::vector<PersonId> operator()(const ReplaceAddress& c) const { return {c.successor}; }
    std::vector<PersonId> operator()(const RecordSuppressedAttempts&) const { return {}; }
    template <class Other>
    std::vector<PersonId> operator()(const Other&) const {
        const bool of_one = requires(Other & c) {
            { c.organization } -> std::same_as<OrganizationId&>;
        };
        return of_one ? std::vector<PersonId>{} : people_of(command);
    }

 private:
    std::vector<PersonId> the_actor() const {
        const auto person = actor.person();
        return person ? std::vector{*person} : std::vector<PersonId>{};
    }
};

}  // namespace

std::vector<StreamId> streams_of(const Command& command, const Context& context) {
    std::vector<StreamId> streams;
    const auto note = [&](const OrganizationId& id) {
        streams.push_back(StreamId::of(id));
        return false;
    };
    std::visit([&](const auto& held) { any_part(held, note); }, command);
    for (const PersonId person : std::visit(AccountsOf{command, context.actor}, command)) {
        streams.push_back(StreamId::of(person));
    }
    return streams;
}

std::optional<PersonId> registered_by(const Command& command, const Context& context) {
    if (std::holds_alternative<AcceptInvitation>(command)) return context.actor.person();
    const auto* registers = std::get_if<RegisterPerson>(&command);
    if (registers == nullptr || !registers->verified) return std::nullopt;
    return registers->person;
}

}  // namespace muster
