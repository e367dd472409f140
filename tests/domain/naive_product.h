// One product's rules as somebody would put them on paper: names and sets of names. Either in words
// of our own (naive_products.cpp) or read off a blueprint, setting by setting.
#pragma once

#include "domain/blueprint.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace muster::domain_tests {

using Names = std::vector<std::string>;
using Rights = std::set<std::string>;  ///< "*" is every right

enum class Reached { no, yes, when_held };

struct NaiveRole {
    std::string name;
    Names gives;          ///< as written
    Names licences;       ///< that fit, in order
    Rights to_grant;      ///< to others, without holding it
    bool kept = false;    ///< somebody must hold it
    bool single = false;  ///< exactly one holds it
    bool offered = true;
    bool renameable = false;
    bool editable = false;
    bool deletable = false;
    bool copyable = false;
    bool own = false;  ///< made by the organisation itself

    bool operator==(const NaiveRole&) const = default;
};

struct NaiveWorkspaceRole {
    Names gives;
    Names licences;

    bool operator==(const NaiveWorkspaceRole&) const = default;
};

struct NaiveProduct {
    std::map<std::string, NaiveRole> roles;
    std::map<std::string, NaiveWorkspaceRole> workspace_roles;
    std::string founder_role;
    std::string former_owner_becomes;

    Rights catalogue;
    std::map<std::string, Rights> brings;      ///< a right and the narrower ones that come with it
    Rights within_workspaces;                  ///< reach only where their holder is
    Rights without_workspace_too;              ///< of these, held where no workspace is asked about
    std::map<std::string, std::string> needs;  ///< operation -> right

    /// Whether a role's holder reaches another role's. Both are named by id; `own` says whether the
    /// other one is of the organisation's own making.
    std::function<Reached(const std::string& action, const std::string& actor,
                          const std::string& target, bool own)>
        reach;

    std::map<std::string, std::map<std::string, std::uint64_t>> plans;
    std::string first_plan;
    Rights licence_classes;

    std::size_t most_own_roles = 0;  ///< 0: none are offered
    Names own_roles_take;            ///< licences

    bool workspaces = false;
    bool places_in_invitation = false;
    bool places_while_pending = false;
    std::size_t most_workspaces = 0;  ///< in one step; 0: as many as there are
    std::string creator_role;
    std::string needed_to_be_placed;  ///< a right of one's roles; empty: none
    bool places_oneself = false;      ///< as one may place others

    std::string newcomer_role;  ///< not empty: an invitation asks for no role
    bool at_once = false;
    bool reserves_licence = true;
    bool inviter_checked_again = true;
    Duration invitation_life = std::chrono::hours{24 * 7};
    std::size_t most_rows = 1000;
    Duration resend_interval = std::chrono::minutes{1};
    std::size_t most_resends = 10;    ///< of an invitation in a day; 0: as many as one likes
    std::size_t most_mails = 100'000;  ///< in an hour; 0: as many as one likes

    bool several_roles = false;
    bool removes_oneself = true;
    bool changes_own_role = true;
    bool changes_roles_while_pending = false;
    bool changes_roles_while_suspended = false;
    bool suspends = false;
    bool suspension_frees_licence = false;
    bool replaces_addresses = false;
    bool operator_replaces = false;
    bool removes_the_invited = false;
    bool asks_before_removing = false;

    /// All but the reach, to compare.
    auto settings() const {
        return std::tie(
            roles, workspace_roles, founder_role, former_owner_becomes, catalogue, brings,
            within_workspaces, without_workspace_too, needs, plans, first_plan, licence_classes,
            most_own_roles, own_roles_take, workspaces, places_in_invitation, places_while_pending,
            most_workspaces, creator_role, newcomer_role, at_once, reserves_licence,
            inviter_checked_again, invitation_life, most_rows, resend_interval, most_resends,
            most_mails, several_roles, removes_oneself,
            changes_own_role, changes_roles_while_pending, changes_roles_while_suspended, suspends,
            suspension_frees_licence, replaces_addresses, operator_replaces, needed_to_be_placed,
            places_oneself, removes_the_invited, asks_before_removing);
    }

    Rights rights_of(const Names& given) const;
};

NaiveProduct read_product(const Blueprint& blueprint);
/// In words, of a plain shape.
NaiveProduct product_in_words(const std::string& shape);

}  // namespace muster::domain_tests
