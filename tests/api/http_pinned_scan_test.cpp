// A property: whatever happens between the pages of a scan that is pinned to a moment, it gives
// exactly the rows that the list showed at that moment, each once and in its order.
#include "eventstore/machine/time_text.h"
#include "tests/api/http_api.h"

#include <rapidcheck/gtest.h>

namespace muster::http {
namespace {

int choice(int below) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, below));
}
std::string one_of(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(choice(static_cast<int>(all.size())))];
}

class PinnedScan : public ApiTest {
 protected:
    /// A small organisation and the people around it, some of whom are in it.
    struct Life {
        Founded organization;
        std::vector<std::string> people;  ///< ids of accounts
        std::vector<std::string> addresses;
        std::string role;       ///< of its own
        std::string workspace;  ///< may be gone
    };

    Life begin() {
        const std::string mark = std::to_string(++lives_);
        Life life{.organization = found(rules_, "ada" + mark)};
        const std::string& path = life.organization.path;
        life.role =
            send("POST", path + "/roles", {{"name", "Pilot"}, {"permissions", {"members.view"}}})
                .text("role");
        life.workspace = send("POST", path + "/workspaces", {{"name", "Kernel"}}).text("workspace");
        constexpr int people = 5;
        for (int index = 0; index < people; ++index) {
            const std::string name = std::string(1, static_cast<char>('p' + index)) + mark;
            life.addresses.push_back(name + "@example.org");
            life.people.push_back(person(name));
        }
        return life;
    }

    /// What comes to nothing is refused, and nothing is lost by that.
    void do_something(const Life& life) {
        const std::string& path = life.organization.path;
        const auto at = static_cast<std::size_t>(choice(static_cast<int>(life.people.size())));
        const std::string& who = life.people[at];
        const std::string member = path + "/members/" + who;
        switch (choice(10)) {
            case 0:
            case 1:
                send("PUT", "/v1/people/" + who + "/profile",
                     {{"name", one_of({"Aa", "Mm", "Zz"}) + std::to_string(choice(9))}});
                break;
            case 2:
                send("DELETE", member + "?confirmed=true", boost::json::object{});
                break;
            case 3:
                send("PUT", member + "/roles", {{"role", one_of({"member", life.role})}});
                break;
            case 4:
                send("POST", "/v1/people/" + who + "/sign-ins",
                     {{"organization", life.organization.id}});
                break;
            case 5:
                send("PUT", member + "/workspaces/" + life.workspace, {{"role", "member"}});
                break;
            case 6: {
                const std::string stranger =
                    one_of({"r", "s", "t"}) + std::to_string(lives_) + "@example.net";
                send("POST", path + "/invitations", {{"address", stranger}, {"role", life.role}});
                break;
            }
            case 7:
                send("POST", member + "/" + one_of({"suspend", "reinstate"}));
                break;
            default:
                send("POST", path + "/invitations",
                     {{"address", life.addresses[at]}, {"role", one_of({"member", life.role})}});
        }
    }

    /// The rows of every page, as texts.
    std::vector<std::string> rows_of(const std::string& target, const Life& life, bool busy) {
        std::vector<std::string> rows;
        std::string cursor;
        do {
            const Shown page = get(target + (cursor.empty() ? "" : "&cursor=" + cursor));
            RC_ASSERT(page.status == 200U);
            for (boost::json::value row : page.json.at("members").as_array()) {
                row.as_object().erase("operations");  // what may be done is of now
                rows.push_back(boost::json::serialize(row));
            }
            for (int doing = busy ? choice(4) : 0; doing > 0; --doing) do_something(life);
            cursor = page.text("next_cursor");
        } while (!cursor.empty());
        return rows;
    }

 private:
    boost::json::value rules() {
        boost::json::value rules = get("/v1/blueprints/open-source").json;
        rules.at("needs").as_object()["manage_roles"] = "organization.manage";
        rules.at("needs").as_object()["suspend_member"] = "members.manage";
        rules.as_object()["custom_roles"] = {{"offered", true}};
        rules.at("members").as_object()["suspension"] = true;
        return rules;
    }

    const boost::json::value rules_ = rules();
    int lives_ = 0;
};

TEST_F(PinnedScan, GivesEveryRowOfItsMomentOnceWhateverHappensMeanwhile) {
    EXPECT_TRUE(rc::check([this] {
        const Life life = begin();
        for (int doing = choice(20); doing > 0; --doing) do_something(life);
        const std::string filter =
            one_of({"", "", "&status=former", "&status=pending", "&status=active",
                    "&role=" + life.role, "&workspace=" + life.workspace, "&q=a", "&q=mm"});
        const std::string sort = one_of({"name", "address", "since", "last_access"});
        const std::string query = filter + "&sort=" + one_of({"", "-"}) + sort;
        const std::string members = life.organization.path + "/members?";
        const auto expected = rows_of(members + "limit=1000" + query, life, false);
        const std::string position = get(members + "limit=1").header("Muster-Position");
        const std::string moment = choice(2) == 0 ? position : rfc3339(engine->now());
        for (int doing = choice(4); doing > 0; --doing) do_something(life);
        const std::string limit = "limit=" + std::to_string(1 + choice(3));
        RC_ASSERT(rows_of(members + limit + query + "&as_of=" + moment, life, true) == expected);
    }));
}

}  // namespace
}  // namespace muster::http
