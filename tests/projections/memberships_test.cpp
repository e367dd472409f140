// Where one person is: one row an organisation, in pages.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

class Memberships : public ::testing::Test, public ViewsFixture {
 protected:
    void founds(OrganizationId id) { happens(id, {founded(id)}); }
    Page<Membership> page(const MembershipQuery& query) {
        settle();
        const auto found = views->memberships(query);
        EXPECT_TRUE(found.has_value());
        return found.value_or(Page<Membership>{});
    }
    std::vector<OrganizationId> places(MembershipQuery query) {
        std::vector<OrganizationId> all;
        while (true) {
            const auto found = page(query);
            for (const Membership& one : found.rows) all.push_back(one.organization);
            if (found.next_cursor.empty()) return all;
            query.after = all.back();
        }
    }
};

TEST_F(Memberships, EachOrganisationOfAPersonIsListedWithTheirRowThere) {
    founds(atelier);
    founds(bureau);
    happens(atelier, {joined(atelier, ann, "Ann", ""), MemberSuspended{ann}});
    happens(bureau, {issued(bureau, her_invitation, ann, history.now + 1h, "Ann", "")});
    happens(bureau, {OrganizationRenamed{.name = "Bureau"}});
    const auto found = page({.person = ann});
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.rows[0].name, "Atelier");
    EXPECT_EQ(found.rows[0].row, *row(atelier, ann));
    EXPECT_EQ(found.rows[0].row.status, RowStatus::suspended);
    EXPECT_EQ(found.rows[1].name, "Bureau");
    EXPECT_EQ(found.rows[1].row.invitation, her_invitation);
    EXPECT_TRUE(page({.person = bob}).rows.empty());
}

TEST_F(Memberships, WhoLeftOrWhoseOrganisationEndedIsNoLongerThere) {
    for (const OrganizationId id : {atelier, bureau}) {
        founds(id);
        happens(id, {joined(id, ann, "Ann", "")});
    }
    EXPECT_EQ(places({.person = ann}), (std::vector{atelier, bureau}));
    happens(atelier, {MemberRemoved{.person = ann}});
    EXPECT_EQ(places({.person = ann}), std::vector{bureau});
    happens(bureau, {OrganizationEnded{}});
    EXPECT_TRUE(places({.person = ann}).empty());
}

TEST_F(Memberships, PagesGiveEachOnceAndOnlyThoseAskedFor) {
    std::vector<OrganizationId> all;
    for (std::uint64_t number = 1; number <= 7; ++number) {
        all.push_back(organization(number));
        founds(all.back());
        happens(all.back(), {joined(all.back(), ann, "Ann", "")});
    }
    for (const std::size_t limit : {1U, 2U, 7U, 50U}) {
        EXPECT_EQ(places({.person = ann, .limit = limit}), all);
        MembershipQuery some{.person = ann, .limit = limit};
        some.within = {organization(9), organization(4), organization(2), organization(4)};
        EXPECT_EQ(places(some), (std::vector{organization(2), organization(4)}));
    }
}

}  // namespace
}  // namespace muster::projections_tests
