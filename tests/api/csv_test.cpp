// The member list as CSV: quoting, defusing, and what each column says.
#include "api/http/show/csv.h"

#include "api/text/timestamps.h"
#include "eventstore/form/blueprint_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace muster::http {
namespace {

TEST(Csv, QuotesWhatWouldBreakALine) {
    EXPECT_EQ(csv_line({"a", "", "b c"}), "a,,b c\r\n");
    EXPECT_EQ(csv_line({"a,b"}), "\"a,b\"\r\n");
    EXPECT_EQ(csv_line({"say \"hi\""}), "\"say \"\"hi\"\"\"\r\n");
    EXPECT_EQ(csv_line({"two\nlines", "two\r\nlines"}), "\"two\nlines\",\"two\r\nlines\"\r\n");
    EXPECT_EQ(csv_line({"Zoë; née"}), "Zoë; née\r\n");
}

TEST(Csv, DefusesWhatASpreadsheetWouldCompute) {
    EXPECT_EQ(csv_line({"=1+1", "+1", "-1", "@a"}), "'=1+1,'+1,'-1,'@a\r\n");
    EXPECT_EQ(csv_line({"\tx", "\rx"}), "'\tx,\"'\rx\"\r\n");
    EXPECT_EQ(csv_line({"=HYPERLINK(\"http://x\",\"y\")"}),
              "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    EXPECT_EQ(csv_line({"a=1", "1-1", "a@b"}), "a=1,1-1,a@b\r\n")
        << "the control: inside it is text";
}

/// The cells of one line, read as RFC 4180 has it.
std::vector<std::string> read_line(std::string_view line) {
    std::vector<std::string> cells(1);
    bool in_quotes = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const bool doubled = in_quotes && line.substr(at, 2) == "\"\"";
        if (doubled) {
            cells.back() += line[at++];
        } else if (line[at] == '"') {
            in_quotes = !in_quotes;
        } else if (line[at] == ',' && !in_quotes) {
            cells.emplace_back();
        } else if (line[at] == '\r' && !in_quotes) {
            EXPECT_EQ(line.substr(at), "\r\n");
            break;
        } else {
            cells.back() += line[at];
        }
    }
    return cells;
}

TEST(Csv, IsReadBackAsItWasWhateverStandsInIt) {
    EXPECT_TRUE(rc::check([] {
        const auto text = rc::gen::container<std::string>(rc::gen::oneOf(
            rc::gen::element(',', '"', '\r', '\n', '=', '+', '-', '@', '\t', ' ', '\''),
            rc::gen::arbitrary<char>()));
        const auto cells = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(text));
        const auto read = read_line(csv_line(cells));
        RC_ASSERT(read.size() == cells.size());
        for (std::size_t at = 0; at < cells.size(); ++at) {
            RC_ASSERT(read[at] == cells[at] || read[at] == "'" + cells[at]);
            RC_ASSERT(read[at].find_first_of("=+-@\t\r") != 0U);
        }
    }));
}

/// An organisation with a workspace, and a member of it.
struct Fixture {
    explicit Fixture(Blueprint rules) {
        evolve(organization,
               OrganizationFounded{.organization = OrganizationId{},
                                   .name = "Acme",
                                   .blueprint = SharedBlueprint{std::move(rules)},
                                   .plan = {},
                                   .imported = false},
               Instant{});
        workspace.value.data[0] = 7;
        evolve(organization, WorkspaceCreated{workspace, "Design"}, Instant{});
        row.name = "Ada Lovelace";
        row.address = "ada@example.org";
        row.since = *read_rfc3339("2026-03-01T08:00:00Z");
    }
    std::string line() const { return members_csv_line(organization, row, {}); }
    std::string cell(std::string_view field) const {
        Organization one = organization;
        Blueprint rules = *organization.blueprint;
        rules.presentation.csv_columns = {{std::string{field}, "label"}};
        one.blueprint = SharedBlueprint{std::move(rules)};
        const std::string text = members_csv_line(one, row, {});
        return text.substr(0, text.size() - 2);
    }

    Organization organization;
    WorkspaceId workspace;
    MemberRow row;
};

Blueprint shipped(std::string_view name) {
    return **read_blueprint(shipped_blueprint(name));
}

TEST(Csv, U8_HasExactlyTheColumnsOfUniversign) {
    Fixture of_universign{shipped("universign")};
    of_universign.row.roles = {RoleId{"contributor_plus"}};
    EXPECT_EQ(members_csv_header(*of_universign.organization.blueprint),
              "ID du membre,nom complet,adresse email,rôle,date d’entrée\r\n");
    EXPECT_EQ(of_universign.line(),
              "00000000-0000-0000-0000-000000000000,Ada Lovelace,ada@example.org,Contributeur+,"
              "2026-03-01T08:00:00Z\r\n");
    of_universign.row.status = RowStatus::pending;
    EXPECT_TRUE(of_universign.line().ends_with(",Contributeur+,\r\n")) << "not a member yet";
}

TEST(Csv, NamesRolesWorkspacesLicencesAndStatus) {
    Fixture of_mark{shipped("mark")};
    of_mark.row.roles = {RoleId{"super_admin"}, RoleId{"gone"}};
    of_mark.row.workspaces = {{of_mark.workspace, RoleId{"editor"}}};
    of_mark.row.licence = of_mark.organization.blueprint->licence_classes.front().id;
    EXPECT_EQ(of_mark.cell("role"), "\"Super admin, gone\"");
    EXPECT_EQ(of_mark.cell("workspaces"), "Design");
    EXPECT_EQ(of_mark.cell("licence"),
              of_mark.organization.blueprint->licence_classes.front().name);
    EXPECT_EQ(of_mark.cell("status"), "Actif");
    of_mark.row.status = RowStatus::former;
    EXPECT_EQ(of_mark.cell("status"), "former") << "the blueprint has no word for it";
}

TEST(Csv, SaysOfMembersAloneWhetherTheyHaveASecondFactor) {
    Fixture of_engagelab{shipped("engagelab")};
    EXPECT_EQ(of_engagelab.cell("two_factor"), "no");
    of_engagelab.row.two_factor = true;
    EXPECT_EQ(of_engagelab.cell("two_factor"), "yes");
    of_engagelab.row.status = RowStatus::pending;
    EXPECT_EQ(of_engagelab.cell("two_factor"), "");
}

TEST(Csv, KnowsEveryFieldThatABlueprintMayName) {
    Fixture full{shipped("mark")};
    full.row.roles = {RoleId{"member"}};
    full.row.workspaces = {{full.workspace, RoleId{"guest"}}};
    full.row.licence = full.organization.blueprint->licence_classes.front().id;
    full.row.last_access = full.row.since;
    full.row.avatar = "https://example.org/ada.png";
    full.row.details = "Accounting";
    const RowOperations operations = [](const MemberRow&) {
        return std::vector<std::string_view>{"remove", "suspend"};
    };
    Blueprint rules = *full.organization.blueprint;
    rules.presentation.csv_columns.clear();
    for (const char* field :
         {"id", "name", "address", "role", "status", "last_access", "since", "workspaces",
          "licence", "avatar", "two_factor", "operations", "details"}) {
        rules.presentation.csv_columns.push_back({field, field});
    }
    EXPECT_EQ(errors_of(rules), std::vector<BlueprintError>{});
    full.organization.blueprint = SharedBlueprint{std::move(rules)};
    for (const std::string& cell :
         read_line(members_csv_line(full.organization, full.row, operations))) {
        EXPECT_FALSE(cell.empty());
    }
}

}  // namespace
}  // namespace muster::http
