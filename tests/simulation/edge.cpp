// Where personal data is in commands.
#include "tests/simulation/edge.h"

#include <optional>
#include <string>

namespace muster::simulation {
namespace {

using Visit = std::function<void(const SealScope&, Sealed&)>;

/// One personal datum after the other.
struct Personal {
    const Visit& visit;
    const Context& context;

    void see(OrganizationId organization, PersonId person, PersonalField field, Sealed& sealed) {
        if (!sealed.empty()) visit({organization, person, field}, sealed);
    }

    void operator()(FoundOrganization& c) {
        see(c.organization, c.founder, PersonalField::name, c.founder_name);
        see(c.organization, c.founder, PersonalField::address, c.founder_address);
    }
    void operator()(InviteMember& c) {
        for (InvitationRow& row : c.rows) {
            see(c.organization, row.person, PersonalField::name, row.name);
            see(c.organization, row.person, PersonalField::address, row.address);
            see(c.organization, row.person, PersonalField::details, row.details);
        }
        see(c.organization, {}, PersonalField::message, c.message);
    }
    void operator()(AcceptInvitation& c) {
        const PersonId person = context.actor.person().value_or(PersonId{});
        see({}, person, PersonalField::name, c.account_name);
        see({}, person, PersonalField::address, c.account_address);
    }
    void operator()(ReplaceAddress& c) {
        see(c.organization, c.successor, PersonalField::name, c.name);
        see(c.organization, c.successor, PersonalField::address, c.address);
        see(c.organization, c.successor, PersonalField::details, c.details);
    }
    void operator()(RegisterPerson& c) {
        see({}, c.person, PersonalField::name, c.name);
        see({}, c.person, PersonalField::address, c.address);
    }
    void operator()(ChangeProfile& c) {
        see({}, c.person, PersonalField::name, c.name);
        see({}, c.person, PersonalField::avatar, c.avatar);
    }
    template <class Other>
    void operator()(Other&) {}
};

Sealed name_of(PersonId person) {
    return {"Person " + std::to_string(int{person.value.data[15]})};
}

Sealed address_of(PersonId person) {
    return {"person-" + std::to_string(int{person.value.data[15]}) + "@example.org"};
}

}  // namespace

void for_each_personal(Command& command, Context& context, const Visit& visit) {
    std::visit(Personal{visit, context}, command);
    const OrganizationId organization = organization_of(command).value_or(OrganizationId{});
    if (!context.reason.empty()) {
        const PersonId person = context.actor.person().value_or(PersonId{});
        visit({organization, person, PersonalField::reason}, context.reason);
    }
}

void name_people(Command& command) {
    if (auto* founding = std::get_if<FoundOrganization>(&command)) {
        founding->founder_name = name_of(founding->founder);
        founding->founder_address = address_of(founding->founder);
    }
    if (auto* inviting = std::get_if<InviteMember>(&command)) {
        for (InvitationRow& row : inviting->rows) {
            row.name = name_of(row.person);
            row.address = address_of(row.person);
        }
        inviting->message = {"Welcome"};
    }
    if (auto* replacing = std::get_if<ReplaceAddress>(&command)) {
        replacing->name = name_of(replacing->successor);
        replacing->address = address_of(replacing->successor);
    }
}

std::expected<void, Failure> seal_all(KeyStore& keys, Command& command, Context& context) {
    std::optional<Failure> failed;
    for_each_personal(command, context, [&](const SealScope& scope, Sealed& datum) {
        if (failed) return;
        auto sealed = keys.seal(scope, datum.bytes);
        if (sealed) {
            datum = std::move(*sealed);
        } else {
            failed = sealed.error();
        }
    });
    if (failed) return std::unexpected(*failed);
    return {};
}

}  // namespace muster::simulation
