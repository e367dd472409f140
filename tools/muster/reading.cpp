// The subcommands that read: members, audit, log.
#include "api/http/read/query.h"
#include "api/http/routes/import.h"
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"
#include "tools/muster/operation.h"
#include "tools/muster/table.h"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <vector>

namespace muster::tool {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return {};
    return value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

std::string joined(const json::array& texts) {
    std::string result;
    for (const auto& text : texts) {
        result += (result.empty() ? "" : ",") + std::string{text.as_string()};
    }
    return result;
}

std::string path_of(const std::string& organization) {
    return "/v1/organizations/" + to_string(http::id_of_label("organization", organization));
}

std::vector<std::string> member_row(const json::object& row, const json::object&) {
    const bool pending = row.at("status") == "pending";
    return {text_at(row, "status"),
            text_at(row, "name"),
            text_at(row, "address"),
            joined(row.at("roles").as_array()),
            text_at(row, pending ? "invited_at" : "joined_at"),
            text_at(row, "last_access")};
}

/// What a page calls a person; their id where it has no name for them.
std::string name_in(const json::object& page, const std::string& person) {
    const auto name = text_at(page.at("people").as_object(), person);
    return name.empty() ? person : name;
}

std::vector<std::string> audit_row(const json::object& entry, const json::object& page) {
    const auto& actor = entry.at("actor").as_object();
    const auto& command = entry.at("command").as_object();
    return {
        text_at(entry, "position"),
        text_at(entry, "effective_at"),
        actor.contains("person") ? name_in(page, text_at(actor, "person")) : text_at(actor, "kind"),
        text_at(command, "command"),
        name_in(page, text_at(command, "person")),
        text_at(entry, "outcome"),
        text_at(entry, "code")};
}

/// A list of the API and how people are shown it.
struct List {
    std::string target;        ///< with a query, to which the cursor is added
    std::string_view entries;  ///< the member of a page that holds them
    std::vector<std::string> headings;
    std::vector<std::string> (*row)(const json::object& entry, const json::object& page);
};

/// Walks a list page by page.
int show(const DoorOptions& options, const List& list, bool as_json) {
    auto door = open_door(options);
    if (!door) return complain(door.error());
    Table table{std::cout, list.headings};
    std::string cursor;
    do {
        const auto page =
            ask_json(**door, "GET", list.target + (cursor.empty() ? "" : "&cursor=" + cursor));
        if (!page) return complain(page.error());
        for (const auto& entry : page->at(list.entries).as_array()) {
            if (as_json) {
                std::cout << json::serialize(entry) << '\n';
            } else {
                table.add(list.row(entry.as_object(), page->as_object()));
            }
        }
        if (!as_json) table.print();
        cursor = text_at(page->as_object(), "next_cursor");
    } while (!cursor.empty());
    return 0;
}

}  // namespace

int show_members(const DoorOptions& options, const MembersCommand& command) {
    std::string asked;
    for (const auto& [name, value] : command.query) {
        if (!value.empty()) asked += "&" + name + "=" + http::percent_encoded(value);
    }
    return show(options,
                {.target = path_of(command.organization) + "/members?limit=1000" + asked,
                 .entries = "members",
                 .headings = {"STATUS", "NAME", "ADDRESS", "ROLES", "SINCE", "LAST ACCESS"},
                 .row = member_row},
                command.json);
}

int show_audit(const DoorOptions& options, const std::string& organization, bool as_json) {
    return show(options,
                {.target = path_of(organization) + "/audit?limit=500",
                 .entries = "entries",
                 .headings = {"POSITION", "TIME", "WHO", "DID", "TO WHOM", "OUTCOME", "WHY NOT"},
                 .row = audit_row},
                as_json);
}

int show_log(const DoorOptions& options, std::uint64_t from) {
    auto door = open_door(options);
    if (!door) return complain(door.error());
    constexpr std::size_t commits_per_page = 1'000;
    while (true) {
        const auto page = (*door)->ask("GET", "/v1/log/commits?from=" + std::to_string(from) +
                                                  "&limit=" + std::to_string(commits_per_page));
        if (!page) return complain(page.error());
        if (page->status != 200) return complain(page->body);
        std::cout << page->body << std::flush;
        const auto lines = std::count(page->body.begin(), page->body.end(), '\n');
        if (static_cast<std::size_t>(lines) < commits_per_page) return 0;
        from += static_cast<std::uint64_t>(lines);
    }
}

}  // namespace muster::tool
