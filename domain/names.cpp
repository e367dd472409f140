// Names of commands, events and obstacles, and which stream and people they are about.
#include "domain/names.h"

#include "domain/commands.h"
#include "domain/decide.h"
#include "domain/ensure.h"
#include "domain/events.h"
#include "domain/fields.h"

#include <algorithm>
#include <array>

namespace muster {
namespace {

template <class Variant>
struct Kinds;
template <class... Each>
struct Kinds<std::variant<Each...>> {
    static constexpr std::array<std::string_view, sizeof...(Each)> names{Each::kind...};
};

/// Of commands and events, sorted.
constexpr auto kinds_sorted = [] {
    std::array<std::string_view, std::variant_size_v<Command> + std::variant_size_v<Event>> names{};
    std::ranges::copy(Kinds<Event>::names,
                      std::ranges::copy(Kinds<Command>::names, names.begin()).out);
    std::ranges::sort(names);
    return names;
}();
static_assert(std::ranges::adjacent_find(kinds_sorted) == kinds_sorted.end(), "a kind is taken");

/// In the order of ObstacleKind, which begins at 1.
constexpr auto obstacle_names = std::to_array<std::string_view>(
    {"members_hold_role", "invitations_name_role", "members_hold_several_roles",
     "workspace_role_held", "workspaces_exist", "custom_roles_exist", "permission_unknown",
     "seats_over_limit", "no_protected_holder", "single_holder_count", "plan_unknown",
     "role_id_taken", "role_name_taken", "mapped_role_unknown", "too_many_custom_roles",
     "role_changed", "over_limit"});

template <class T>
concept AboutAPerson = requires(const T& value) {
    { value.person } -> std::convertible_to<PersonId>;
};

template <class T>
concept AboutAnOrganization = requires(const T& value) {
    { value.organization } -> std::convertible_to<std::optional<OrganizationId>>;
};

struct OrganizationOfCommand {
    template <AboutAnOrganization OfOrganization>
    std::optional<OrganizationId> operator()(const OfOrganization& command) const {
        return command.organization;
    }
    template <class OfNone>
    std::optional<OrganizationId> operator()(const OfNone&) const {
        return std::nullopt;
    }
};

/// Whoever is named in any field of a command.
struct NotePeople {
    std::vector<PersonId>& people;

    bool operator()(const PersonId& person) const {
        people.push_back(person);
        return false;
    }
    bool operator()(const InvitationRow& row) const {
        return row.names_somebody() && (*this)(row.person);
    }
};

struct BelongingOfEvent {
    template <AboutAPerson OfPerson>
    Belonging operator()(const OfPerson&) const {
        return OfPerson::belonging;
    }
    template <class OfNobody>
    Belonging operator()(const OfNobody&) const {
        return Belonging::unchanged;
    }
};

struct SubjectOfEvent {
    template <AboutAPerson OfPerson>
    std::optional<PersonId> operator()(const OfPerson& event) const {
        return event.person;
    }
    template <class OfNobody>
    std::optional<PersonId> operator()(const OfNobody&) const {
        return std::nullopt;
    }
};

}  // namespace

std::string_view name_of(const Command& command) {
    return std::visit([](const auto& held) { return held.kind; }, command);
}

std::optional<OrganizationId> organization_of(const Command& command) {
    return std::visit(OrganizationOfCommand{}, command);
}

std::vector<PersonId> people_of(const Command& command) {
    std::vector<PersonId> people;
    std::visit([&](const auto& held) { any_part(held, NotePeople{people}); }, command);
    return people;
}

std::string_view name_of(const Event& event) {
    return std::visit([](const auto& held) { return held.kind; }, event);
}

std::optional<PersonId> subject_of(const Event& event) {
    return std::visit(SubjectOfEvent{}, event);
}

Belonging belonging_of(const Event& event) {
    return std::visit(BelongingOfEvent{}, event);
}

std::span<const std::string_view> names_of_kinds() {
    return kinds_sorted;
}

std::string_view name_of(ObstacleKind kind) {
    return obstacle_names.at(static_cast<std::size_t>(kind) - 1);
}

std::optional<ObstacleKind> obstacle_numbered(std::uint8_t number) {
    if (number == 0 || number > obstacle_names.size()) return std::nullopt;
    return ObstacleKind{number};
}

bool changes_its_stream(const Event& event) {
    return !std::holds_alternative<MailHandedOver>(event) &&
           !std::holds_alternative<PersonSignedIn>(event) &&
           !std::holds_alternative<AttemptsSuppressed>(event);
}

}  // namespace muster
