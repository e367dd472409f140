// The world on paper: organisations and accounts, one list after the other. It is told every
// command and says whether it is accepted, and who is where afterwards.
#pragma once

#include "tests/domain/naive_organization.h"

#include <map>

namespace muster::domain_tests {

class NaiveModel {
 public:
    /// Whether the command is accepted; what it changes is changed then.
    bool accepts(const Command& command, const Context& context, Instant now);

    const NaiveOrganization& organization(OrganizationId id) const { return organizations_.at(id); }

 private:
    bool founds(const FoundOrganization& command, const Actor& actor);
    bool registers(const RegisterPerson& command, const Actor& actor, Instant now);
    bool joins(const AcceptInvitation& command, const Actor& actor, Instant now);
    bool declines(const DeclineInvitation& command, const Actor& actor, Instant now);
    bool copies(const CopyRole& command, const Actor& actor);
    bool signs_in(const RecordSignIn& command, const Actor& actor);
    void gets_account(PersonId person, Instant now);

    NaiveAccounts accounts_;
    std::map<OrganizationId, NaiveOrganization> organizations_;
};

}  // namespace muster::domain_tests
