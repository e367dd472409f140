// Changes to commands.
#include "tests/e2e/history.h"

#include <boost/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <vector>

namespace muster::testing {
namespace {

namespace json = boost::json;

class Converter {
 public:
    explicit Converter(std::string label) : label_{std::move(label)} {}

    void found(const json::object& change, const std::string& founder) {
        founder_ = founder;
        add(change, "RegisterPerson", {{"address", address_of(founder)}, {"name", founder}});
        add(change, "FoundOrganization",
            {{"organization", label_},
             {"name", label_},
             {"blueprint", "open-source"},
             {"founder", {{"address", address_of(founder)}, {"name", founder}}}});
        registered_.insert(founder);
    }

    void convert(const json::object& change) {
        const std::string op = text(change, "op");
        if (op == "member_added") return member_added(change);
        if (op == "role_changed") {
            return add(change, "ChangeRole", of_person(change, {{"role", change.at("to")}}));
        }
        if (op == "member_removed") return add(change, "RemoveMember", of_person(change, {}));
        if (op == "team_created") {
            const std::string team = text(change, "team");
            ++times_created_[team];
            return add(change, "CreateWorkspace", of_team(change, {{"name", team}}));
        }
        if (op == "team_deleted") return add(change, "DeleteWorkspace", of_team(change, {}));
        if (op == "team_member_removed") {
            return add(change, "WithdrawWorkspaceRole", of_person(change, of_team(change, {})));
        }
        const char* role = op == "team_role_changed" ? "to" : "role";
        add(change, "AssignWorkspaceRole",
            of_person(change, of_team(change, {{"role", change.at(role)}})));
    }

    void finish(const json::object& last) { add(last, "FinishImport", {{"organization", label_}}); }

    std::string lines() && { return std::move(lines_); }

 private:
    static std::string text(const json::object& change, std::string_view name) {
        return std::string{change.at(name).as_string()};
    }

    void member_added(const json::object& change) {
        const std::string login = text(change, "login");
        const bool is_the_founder_joining = login == founder_;
        if (is_the_founder_joining) {
            founder_.clear();
            return;
        }
        if (registered_.insert(login).second) {
            add(change, "RegisterPerson", {{"address", address_of(login)}, {"name", login}});
        }
        add(change, "InviteMember", of_person(change, {{"role", change.at("role")}}));
    }

    json::object of_person(const json::object& change, json::object fields) const {
        fields["organization"] = label_;
        fields["address"] = address_of(text(change, "login"));
        return fields;
    }

    /// A team that is created anew under an old name is another team.
    json::object of_team(const json::object& change, json::object fields) const {
        const std::string team = text(change, "team");
        fields["organization"] = label_;
        fields["workspace"] = team + " #" + std::to_string(times_created_.at(team));
        return fields;
    }

    void add(const json::object& change, std::string_view command, json::object fields) {
        fields["at"] = change.at("at");
        fields["command"] = command;
        lines_ += json::serialize(fields) + "\n";
    }

    const std::string label_;
    std::string founder_;
    std::set<std::string> registered_;
    std::map<std::string, int> times_created_;
    std::string lines_;
};

}  // namespace

std::string address_of(const std::string& login) {
    return login + "@example.org";
}

std::string import_lines_of(const std::filesystem::path& history, const std::string& label) {
    std::ifstream in{history};
    std::vector<json::object> changes;
    for (std::string line; std::getline(in, line);) {
        changes.push_back(json::parse(line).as_object());
    }
    Converter converter{label};
    for (const json::object& change : changes) {
        if (change.at("op") != "member_added" || change.at("role") != "admin") continue;
        converter.found(changes.front(), std::string{change.at("login").as_string()});
        break;
    }
    for (const json::object& change : changes) converter.convert(change);
    converter.finish(changes.back());
    return std::move(converter).lines();
}

}  // namespace muster::testing
