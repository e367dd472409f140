// Muster over HTTP beside a bare Beast server that reads a request and answers, as many bytes where
// a page is asked for: both run already, on this machine, and share it with the load.
#include "tools/bench/http_load.h"

#include "domain/ensure.h"
#include "tools/bench/figures.h"

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

namespace muster::bench {
namespace {

constexpr std::size_t connections = 64;
constexpr std::size_t members = 1'000;
constexpr double seconds_a_round = 2;
constexpr std::string_view section = "Over HTTP, 64 connections";

std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream{file};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    while (text.ends_with('\n')) text.pop_back();
    ENSURE(!text.empty());
    return text;
}

/// An organisation with members, by the API alone.
struct Tenant {
    std::string path;
    std::vector<std::string> people;
};

Tenant make_tenant(const Server& muster, std::string rules) {
    boost::json::value blueprint = boost::json::parse(rules);
    // More invitations than an organisation's mails of an hour.
    blueprint.at("joining").as_object()["most_mails_an_hour"] = 0;
    const boost::json::object founding{{"name", "Bench"},
                                       {"blueprint", blueprint},
                                       {"founder", {{"address", "founder@example.org"}}}};
    const auto founded = boost::json::parse(
        ask(muster, {"POST", "/v1/organizations", boost::json::serialize(founding)}));
    Tenant tenant{"/v1/organizations/" + std::string{founded.at("organization").as_string()}, {}};
    for (std::size_t from = 0; from < members; from += 100) {
        boost::json::array rows;
        for (std::size_t i = from; i < from + 100; ++i) {
            const std::string address = "member" + std::to_string(i) + "@example.org";
            const boost::json::object person{
                {"address", address}, {"name", "Member"}, {"verified", true}};
            const auto made = boost::json::parse(
                ask(muster, {"POST", "/v1/people", boost::json::serialize(person)}));
            tenant.people.emplace_back(made.at("person").as_string());
            rows.push_back({{"address", address}, {"role", "member"}});
        }
        ask(muster, {"POST", tenant.path + "/invitations",
                     boost::json::serialize(boost::json::object{{"people", rows}})});
    }
    return tenant;
}

/// What is asked of Muster, and of the bare server in its place.
struct Work {
    std::string what;
    std::optional<double> target;
    std::function<Request(std::uint64_t)> of_muster;  ///< with a number of its own each time
    Request of_floor{"POST", "/", "{}"};
    bool also_steadily = false;  ///< at half of the most, as an open loop
};

std::function<Request()> requests_of(const Work& work) {
    static std::atomic<std::uint64_t> numbers = 0;
    return [&work] { return work.of_muster(numbers++); };
}

Answered load_muster(const Server& muster, double seconds, const Work& work) {
    return load(muster, connections, seconds, requests_of(work));
}

/// What goes on behind the answers would be in the way: mails, and what lists hold.
void settle() {
    std::this_thread::sleep_for(std::chrono::seconds{2});
}

/// Requests come whether earlier ones are answered or not, and each one's time counts from when it
/// was due.
void measure_steadily(Figures& figures, const Server& muster, const Work& work, double most) {
    constexpr double seconds = 5;
    settle();
    Answered answered = load_steadily(muster, connections, seconds, most / 2, requests_of(work));
    figures.add_latency("  " + work.what + ", open loop at half of that",
                        std::move(answered.micros));
}

void measure(Figures& figures, const Server& muster, const Server& bare, const Work& work) {
    std::vector<double> micros;
    const Pair pair = in_turn(
        [&] {
            Answered answered = load_muster(muster, seconds_a_round, work);
            micros.insert(micros.end(), answered.micros.begin(), answered.micros.end());
            return answered.per_second;
        },
        [&] {
            settle();
            return load(bare, connections, seconds_a_round, [&] { return work.of_floor; })
                .per_second;
        });
    figures.add({.what = work.what,
                 .value = pair.value,
                 .unit = "/s",
                 .floor = Floor{"a bare Beast server", pair.floor},
                 .ratio_target = work.target});
    figures.add_latency("  " + work.what + ", as fast as they are answered", std::move(micros));
    if (work.also_steadily) measure_steadily(figures, muster, work, pair.value);
}

/// The rate of each part of a minute: mails pile up behind invitations.
void measure_steadiness(Figures& figures, const Server& muster, const Work& work) {
    constexpr double part = 10;
    for (int i = 0; i < 6; ++i) {
        figures.add({.what = work.what + ", seconds " + std::to_string(i * 10) + " to " +
                             std::to_string(i * 10 + 10),
                     .value = load_muster(muster, part, work).per_second,
                     .unit = "/s",
                     .series = work.what,
                     .x = i * part + part / 2});
    }
}

std::vector<Work> all_work(const Server& muster, const Tenant& tenant) {
    const auto person = [&tenant](std::uint64_t number) {
        return tenant.people[number % tenant.people.size()];
    };
    const Request page{"GET", tenant.path + "/members?limit=50"};
    const std::size_t page_bytes = ask(muster, page).size();
    const Work checks{.what = "permission checks",
                      .target = 0.8,
                      .of_muster =
                          [=](std::uint64_t n) {
                              return Request{
                                  "POST", tenant.path + "/check",
                                  R"({"permission":"members.view","person":")" + person(n) + "\"}"};
                          },
                      .also_steadily = true};
    const Work role_changes{
        .what = "role changes",
        .target = 0.35,
        .of_muster =
            [=](std::uint64_t n) {
                const bool even = n / tenant.people.size() % 2 == 0;
                return Request{"PUT", tenant.path + "/members/" + person(n) + "/roles",
                               even ? R"({"roles":["admin"]})" : R"({"roles":["member"]})"};
            },
        .also_steadily = true};
    return {checks,
            {"pages of 50 members", 0.4, [=](std::uint64_t) { return page; },
             Request{"GET", "/" + std::to_string(page_bytes)}},
            role_changes,
            {"sign-ins", 0.35,
             [=](std::uint64_t n) {
                 return Request{"POST", "/v1/people/" + person(n) + "/sign-ins", "{}"};
             }},
            {"invitations", 0.35, [=](std::uint64_t n) {
                 return Request{
                     "POST", tenant.path + "/invitations",
                     R"({"role":"member","address":"p)" + std::to_string(n) + "@example.org\"}"};
             }}};
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
    using namespace muster::bench;
    CLI::App app{"Measures a running server beside a bare one"};
    Server muster;
    Server bare;
    std::filesystem::path key_file;
    std::filesystem::path rules_file;
    std::filesystem::path figures_file;
    std::vector<std::string> wanted;
    app.add_option("--port", muster.port, "Of the server")->required();
    app.add_option("--key-file", key_file, "With an operator's key")->required();
    app.add_option("--rules", rules_file, "A blueprint")->required();
    app.add_option("--bare-port", bare.port, "Of muster_bench_bare")->required();
    app.add_option("--figures", figures_file, "A file to add figures to, a line of JSON each");
    app.add_option("--only", wanted, "Of these alone, and no minute of invitations");
    CLI11_PARSE(app, argc, argv);
    muster.key = read_file(key_file);
    Figures figures{figures_file};
    figures.begin(section);
    const Tenant tenant = make_tenant(muster, read_file(rules_file));
    const auto all = all_work(muster, tenant);
    for (const Work& work : all) {
        if (!wanted.empty() && std::ranges::count(wanted, work.what) == 0) continue;
        measure(figures, muster, bare, work);
    }
    if (wanted.empty()) measure_steadiness(figures, muster, all.back());
    return 0;
}
