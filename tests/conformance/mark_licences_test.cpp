// The licences of Mark (M5) over the HTTP API of the real binary: which roles can be selected while
// they run out, and the ledger of who takes one.
#include "tests/conformance/mark.h"

#include <set>

namespace muster::testing {
namespace {

class MarkLicences : public Mark {
 protected:
    /// How many licences of both classes there are.
    void grant(int unlimited, int discovery) const {
        const Reply changed =
            the_operator().put(acme.path + "/plan",
                               {{"plan", "standard"},
                                {"limits", {{"unlimited", unlimited}, {"discovery", discovery}}}});
        EXPECT_EQ(changed.status, 200) << changed.body;
    }

    /// The workspace roles that can be selected, as the API says.
    std::set<std::string> selectable(const std::string& workspace) const {
        const Reply reply = ada().get(acme.path + "/offerable-roles?workspace=" + workspace);
        EXPECT_EQ(reply.status, 200) << reply.body;
        std::set<std::string> roles;
        const auto offers = reply.json().at("workspace_roles").as_array();
        for (const auto& offer : offers) {
            if (offer.at("offerable").as_bool()) {
                roles.emplace(offer.at("role").as_string());
            } else {
                EXPECT_EQ(offer.at("code"), "seat_limit_reached");
            }
        }
        return roles;
    }
};

TEST_F(MarkLicences, M5_TheSelectableRolesShrinkAsLicencesRunOut) {
    const std::string paris = empty_workspace("Paris");
    const std::set<std::string> all{"admin",  "compliance_admin", "reviewer",
                                    "editor", "collaborator",     "guest"};
    grant(1, 1);
    EXPECT_EQ(selectable(paris), all) << "both left";
    invited("bo", {place(paris, "collaborator")});
    EXPECT_EQ(ledger("discovery"), "1 granted, 1 reserved, 0 used");
    EXPECT_EQ(selectable(paris), all) << "no discovery left: a collaborator takes an unlimited one";
    invited("cy", {place(paris, "editor")});
    EXPECT_EQ(selectable(paris), std::set<std::string>{"guest"}) << "neither left";
    grant(1, 2);
    const std::set<std::string> lesser{"collaborator", "guest"};
    EXPECT_EQ(selectable(paris), lesser) << "no unlimited left";
    restart();
    EXPECT_EQ(selectable(paris), lesser);

    // What cannot be selected cannot be had: not by inviting, nor by changing a role.
    const std::string before = version();
    for (const std::string role : {"admin", "compliance_admin", "reviewer", "editor"}) {
        const Reply refused = invite_all({line("di", {place(paris, role)})});
        EXPECT_EQ(refused.status, 409) << role;
        EXPECT_EQ(refused.code(), "seat_limit_reached") << role;
        EXPECT_EQ(refused.text("plan"), acme.path + "/plan");
    }
    EXPECT_EQ(version(), before);
    invited("di", {place(paris, "guest")});
    sign_up("di");
    const std::string di{members(acme, "?q=di")[0].at("person").as_string()};
    EXPECT_EQ(ada().put(path_of(di) + "/workspaces/" + paris, {{"role", "admin"}}).code(),
              "seat_limit_reached");
    EXPECT_EQ(role_in(row(di), paris), "guest");
}

TEST_F(MarkLicences, M5_InOurReadingAPersonTakesOneLicenceDiscoveryFirstFromTheInvitationOn) {
    const std::string paris = empty_workspace("Paris");
    const std::string lyon = empty_workspace("Lyon");
    grant(2, 2);
    const std::string bo = invited("bo", {place(paris, "collaborator"), place(lyon, "guest")});
    EXPECT_EQ(row(bo).at("licence"), "discovery");
    EXPECT_EQ(ledger("discovery"), "2 granted, 1 reserved, 0 used") << "held while pending";
    const std::string cy = invited("cy", {place(paris, "collaborator"), place(lyon, "editor")});
    EXPECT_EQ(row(cy).at("licence"), "unlimited") << "the most demanding role decides";
    EXPECT_EQ(ledger("unlimited"), "2 granted, 1 reserved, 0 used");
    const std::string di = invited("di", {place(paris, "admin"), place(lyon, "editor")});
    EXPECT_EQ(ledger("unlimited"), "2 granted, 2 reserved, 0 used") << "one for both workspaces";
    const std::string ed = invited("ed", {place(paris, "guest")});
    EXPECT_FALSE(row(ed).as_object().contains("licence"));
    sign_up("bo");
    restart();
    EXPECT_EQ(ledger("discovery"), "2 granted, 0 reserved, 1 used");
    EXPECT_EQ(row(bo).at("licence"), "discovery");
}

TEST_F(MarkLicences, M5_LicencesAreALedgerThroughInvitingAcceptingCancellingChangingAndRemoving) {
    const std::string paris = empty_workspace("Paris");
    grant(2, 1);
    const std::string bo = invited("bo", {place(paris, "collaborator")});
    const std::string cy = invited("cy", {place(paris, "editor")});
    sign_up("bo");
    sign_up("cy");
    const std::string di = invited("di", {place(paris, "editor")});
    EXPECT_EQ(ledger("unlimited"), "2 granted, 1 reserved, 1 used");
    EXPECT_EQ(ledger("discovery"), "1 granted, 0 reserved, 1 used");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + paris, {{"role", "editor"}}).code(),
              "seat_limit_reached")
        << "di holds the last one";

    const std::string invitation{row(di).at("invitation").as_string()};
    EXPECT_EQ(ada().post(acme.path + "/invitations/" + invitation + "/cancel").status, 200);
    EXPECT_EQ(ledger("unlimited"), "2 granted, 0 reserved, 1 used");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + paris, {{"role", "editor"}}).status, 200);
    EXPECT_EQ(ledger("unlimited"), "2 granted, 0 reserved, 2 used");
    EXPECT_EQ(ledger("discovery"), "1 granted, 0 reserved, 0 used") << "the lesser one is free";
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + paris, {{"role", "guest"}}).status, 200);
    EXPECT_EQ(ledger("unlimited"), "2 granted, 0 reserved, 1 used");

    const Reply removed = ada().remove(path_of(cy) + "?confirmed=true");
    EXPECT_EQ(removed.json().at("released").at("licence"), "unlimited") << removed.body;
    restart();
    EXPECT_EQ(ledger("unlimited"), "2 granted, 0 reserved, 0 used");
    EXPECT_EQ(ledger("discovery"), "1 granted, 0 reserved, 0 used");
    const auto changes = audit(acme, "?kind=LicenceChanged");
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[1].at("events").at(1).at("licence"), "unlimited");
    EXPECT_FALSE(changes[0].at("events").at(1).as_object().contains("licence"));
}

TEST_F(MarkLicences, M2_WhoAssignsWorkspaceRolesPlacesThemselvesWhileALicenceIsLeft) {
    const std::string lyon = empty_workspace("Lyon");
    const std::string there = path_of(acme.founder) + "/workspaces/" + lyon;
    grant(0, 0);
    EXPECT_EQ(ada().put(there, {{"role", "editor"}}).code(), "seat_limit_reached");
    EXPECT_EQ(ada().put(there, {{"role", "guest"}}).status, 200) << "needs none";
    grant(1, 0);
    EXPECT_EQ(ada().put(there, {{"role", "editor"}}).status, 200);
    EXPECT_EQ(ledger("unlimited"), "1 granted, 0 reserved, 1 used");
    const std::string bo = colleague("bo", "member");
    const Reply by_bo =
        server->client_for(bo).put(path_of(bo) + "/workspaces/" + lyon, {{"role", "guest"}});
    EXPECT_EQ(by_bo.code(), "not_allowed") << "who may not assign them does not enter either";
}

TEST_F(MarkLicences, M5_ALoweredLimitRefusesGrowthAndRemovesNobody) {
    const std::string paris = empty_workspace("Paris");
    const std::string bo = invited("bo", {place(paris, "editor")});
    sign_up("bo");
    const std::string cy = invited("cy", {place(paris, "reviewer")});
    grant(0, 0);
    EXPECT_EQ(ledger("unlimited"), "0 granted, 1 reserved, 1 used");
    EXPECT_EQ(invite_all({line("di", {place(paris, "editor")})}).code(), "seat_limit_reached");
    EXPECT_EQ(ada().put(path_of(bo) + "/workspaces/" + paris, {{"role", "admin"}}).status, 200)
        << "no licence more";
    sign_up("cy");
    restart();
    EXPECT_EQ(ledger("unlimited"), "0 granted, 0 reserved, 2 used") << "nobody was removed";
    EXPECT_EQ(row(cy).at("status"), "active");
    EXPECT_EQ(ada().remove(path_of(bo) + "?confirmed=true").status, 200);
    EXPECT_EQ(ledger("unlimited"), "0 granted, 0 reserved, 1 used");
    EXPECT_EQ(invite_all({line("di", {place(paris, "editor")})}).code(), "seat_limit_reached");
    const auto plans = audit(acme, "?kind=PlanChanged");
    ASSERT_EQ(plans.size(), 1U);
    EXPECT_EQ(plans[0].at("events").at(0).at("limits").at("unlimited"), 0);
    EXPECT_EQ(ada().put(acme.path + "/plan", {{"plan", "standard"}}).code(), "operator_only");
}

}  // namespace
}  // namespace muster::testing
