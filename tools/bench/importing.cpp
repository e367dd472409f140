// Lines of a file imported a second, in pieces as `muster import` sends them, beside reading and
// parsing the same file.
#include "tools/bench/measured.h"

#include "api/engine.h"
#include "api/http/routes/import.h"
#include "domain/ensure.h"
#include "eventstore/machine/time_text.h"

#include <boost/json.hpp>

#include <fstream>

namespace muster::bench {
namespace {

namespace json = boost::json;

constexpr std::size_t imported_organizations = 20;
constexpr std::size_t imported_members = 100;  ///< of each

/// Lines with a time each, a minute after the one before.
class HistoryFile {
 public:
    explicit HistoryFile(const std::filesystem::path& file) : out_{file} {}

    void line(std::string_view command, json::object fields) {
        constexpr std::int64_t begun_seconds = 1'577'836'800;  // 2020
        const Instant at{(begun_seconds + static_cast<std::int64_t>(lines_++) * 60) * 1'000'000};
        fields["at"] = rfc3339(at);
        fields["command"] = command;
        out_ << json::serialize(fields) << '\n';
    }
    std::size_t lines() const { return lines_; }

 private:
    std::ofstream out_;
    std::size_t lines_ = 0;
};

json::object person(const std::string& address) {
    return {{"address", address + "@example.org"}};
}

json::object named(const std::string& address) {
    json::object object = person(address);
    object["name"] = "Somebody " + address;
    return object;
}

json::object within(const std::string& organization, json::object fields = {}) {
    fields["organization"] = organization;
    return fields;
}

/// Organisations, and people who register, join, get another role and sign in, interleaved. Labels
/// and addresses carry the `name` of the file. How many lines it has.
std::size_t write_history(const std::filesystem::path& path, const std::string& name) {
    HistoryFile file{path};
    const auto label = [&](std::size_t number) { return name + "-" + std::to_string(number); };
    for (std::size_t i = 0; i < imported_organizations; ++i) {
        file.line("FoundOrganization",
                  within(label(i), {{"name", "Imported " + label(i)},
                                    {"blueprint", "open-source"},
                                    {"founder", named("founder" + label(i))}}));
    }
    for (std::size_t i = 0; i < imported_organizations * imported_members; ++i) {
        const std::string organization = label(i % imported_organizations);
        const std::string address = "member" + label(i);
        file.line("RegisterPerson", named(address));
        json::object invited = named(address);
        invited["role"] = "member";
        file.line("InviteMember", within(organization, invited));
        json::object promoted = person(address);
        promoted["role"] = "admin";
        file.line("ChangeRole", within(organization, promoted));
        file.line("RecordSignIn", within(organization, person(address)));
    }
    return file.lines();
}

void send_lines(Engine& engine, const std::filesystem::path& path) {
    constexpr std::size_t lines_in_piece = 1'000;
    std::ifstream in{path};
    std::uint64_t first_line = 1;
    std::string piece;
    std::size_t lines = 0;
    const auto send = [&] {
        if (lines == 0) return;
        const auto response = http::import_response(engine, piece, first_line);
        ENSURE(response.status == 200);
        first_line += lines;
        piece.clear();
        lines = 0;
    };
    for (std::string line; std::getline(in, line);) {
        piece += line + '\n';
        if (++lines == lines_in_piece) send();
    }
    send();
}

void read_and_parse(const std::filesystem::path& path) {
    std::ifstream in{path};
    std::size_t members = 0;
    for (std::string line; std::getline(in, line);) members += json::parse(line).as_object().size();
    ENSURE(members > 0);
}

}  // namespace

void measure_import(Figures& figures, const std::filesystem::path& folder) {
    const auto engine = open_engine({.data = folder / "data"});
    ENSURE(engine.has_value());
    figures.begin("Import in process");
    const auto path = folder / "history.jsonl";
    std::size_t round = 0;
    std::size_t lines = 0;
    const auto per_second = [&](const auto& work) {
        const auto begun = Clock::now();
        work();
        return static_cast<double>(lines) / seconds_since(begun);
    };
    const auto floor = [&] {
        lines = write_history(path, "round" + std::to_string(round++));
        return per_second([&] { read_and_parse(path); });
    };
    const auto imported = [&] { return per_second([&] { send_lines(**engine, path); }); };
    const Pair pair = in_turn(imported, floor);
    figures.add({.what = "import, lines",
                 .value = pair.value,
                 .unit = "/s",
                 .floor = Floor{"reading and parsing the same lines", pair.floor},
                 .target = 50e3});
}

}  // namespace muster::bench
