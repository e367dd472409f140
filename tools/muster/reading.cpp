// The subcommands that read: members, audit, log.
#include "api/http/routes/import.h"
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"
#include "tools/muster/operation.h"

#include <boost/json.hpp>

#include <iomanip>
#include <iostream>

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

void print_member(const json::object& row) {
    const bool pending = row.at("status") == "pending";
    std::cout << std::left << std::setw(10) << text_at(row, "status") << std::setw(28)
              << text_at(row, "name") << std::setw(36) << text_at(row, "address") << std::setw(20)
              << joined(row.at("roles").as_array()) << std::setw(22)
              << text_at(row, pending ? "invited_at" : "joined_at") << text_at(row, "last_access")
              << "\n";
}

/// Walks a list page by page; `each` gets one entry.
template <class Each>
int walk(const DoorOptions& options, const std::string& target, std::string_view list, Each each) {
    auto door = open_door(options);
    if (!door) return complain(door.error());
    std::string cursor;
    do {
        const auto page =
            ask_json(**door, "GET", target + (cursor.empty() ? "" : "&cursor=" + cursor));
        if (!page) return complain(page.error());
        for (const auto& entry : page->at(list).as_array()) each(entry.as_object());
        cursor = text_at(page->as_object(), "next_cursor");
    } while (!cursor.empty());
    return 0;
}

}  // namespace

int show_members(const DoorOptions& options, const std::string& organization,
                 const std::string& as_of) {
    const std::string moment = as_of.empty() ? "" : "&as_of=" + as_of;
    return walk(options, path_of(organization) + "/members?limit=1000" + moment, "members",
                print_member);
}

int show_audit(const DoorOptions& options, const std::string& organization) {
    return walk(options, path_of(organization) + "/audit?limit=500", "entries",
                [](const json::object& entry) { std::cout << json::serialize(entry) << "\n"; });
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
