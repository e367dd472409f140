// What one tenant's requests cost another: the latency of small writes and reads in an organisation
// while a key of another one asks for what is expensive, beside the same with nobody else there. At
// most three times the idle 99th percentile is what is wanted.
#include "api/http/api.h"
#include "api/operator_key.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tools/bench/raw_http.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace muster;
using Clock = std::chrono::steady_clock;

struct Options {
    std::filesystem::path folder;
    std::size_t members = 5'000;
    std::size_t attackers = 8;
    double seconds = 3;
};

OrganizationId found(Engine& engine) {
    const OrganizationId id{random_uuid()};
    const auto answer = engine.execute(
        FoundOrganization{.organization = id,
                          .name = "bench",
                          .blueprint = *read_blueprint(shipped_blueprint("open-source")),
                          .founder = {random_uuid()}},
        {.actor = Actor::the_operator()});
    ENSURE(answer.has_value() && answer->accepted());
    return id;
}

void fill(Engine& engine, OrganizationId organization, std::size_t members) {
    for (std::size_t i = 0; i < members; ++i) {
        const InvitationRow row{.invitation = {random_uuid()},
                                .person = {random_uuid()},
                                .roles = {{"member"}},
                                .name = {"n"},
                                .address = {"a"}};
        engine.submit(InviteMember{.organization = organization, .rows = {row}},
                      {.actor = Actor::the_operator()}, {.wait_for_views = false}, [](Answer) {});
        engine.submit(AcceptInvitation{.organization = organization,
                                       .invitation = row.invitation,
                                       .send_number = 1,
                                       .signed_in = false,
                                       .account_name = {"n"},
                                       .account_address = {"a"}},
                      {.actor = Actor::of(row.person)}, {.wait_for_views = false}, [](Answer) {});
    }
    ENSURE(
        engine.execute(RenameOrganization{organization, "full"}, {.actor = Actor::the_operator()})
            .has_value());
}

std::string key_for(Engine& engine, OrganizationId organization) {
    const std::string secret = new_api_secret();
    ENSURE(engine.keys()
               .put_api_key({.id = random_uuid(),
                             .label = "bench",
                             .secret_hash = sha256(secret),
                             .platform_operator = false,
                             .organizations = {organization}})
               .has_value());
    return secret;
}

/// The text of request number `n`.
using Request = std::function<std::string(std::size_t n)>;

std::string request(const std::string& line, const std::string& key, const std::string& body = {}) {
    std::string text = line + " HTTP/1.1\r\nHost: h\r\n";
    if (!key.empty()) text += "Authorization: Bearer " + key + "\r\n";
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Stands for other machines, which take no processor from the server.
void attack(std::uint16_t port, const Request& next, const std::atomic<bool>& over,
            std::atomic<std::size_t>& answers) {
    constexpr int nicest = 19;
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nicest));
    int socket = -1;
    std::string buffer;
    for (std::size_t n = 0; !over; ++n) {
        if (socket < 0) socket = bench::connect_to(port);
        const bool answered = socket >= 0 && bench::send_all(socket, next(n)) &&
                              bench::read_answer(socket, buffer).status != 0;
        if (answered) {
            ++answers;
            continue;
        }
        if (socket >= 0) ::close(socket);
        socket = -1;
        buffer.clear();
    }
    if (socket >= 0) ::close(socket);
}

/// 99th percentile in microseconds of what a patient client asks meanwhile.
double victim_p99(std::uint16_t port, const Request& next, double seconds) {
    const int socket = bench::connect_to(port);
    ENSURE(socket >= 0);
    std::string buffer;
    std::vector<double> micros;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    for (std::size_t n = 0; Clock::now() < end; ++n) {
        const auto begun = Clock::now();
        ENSURE(bench::send_all(socket, next(n)));
        ENSURE(bench::read_answer(socket, buffer).status == 200);
        micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
    }
    ::close(socket);
    std::ranges::sort(micros);
    return micros[micros.size() * 99 / 100];
}

std::string import_lines() {
    std::string lines;
    for (int i = 0; i < 5'000; ++i) {
        lines +=
            R"({"at":"2020-01-01T00:00:00Z","command":"RegisterPerson","name":"N","address":"n)" +
            std::to_string(i) + "@example.org\"}\n";
    }
    return lines;
}

std::string unknown_fields(int count) {
    std::string body = "{";
    for (int i = 0; i < count; ++i) body += "\"f" + std::to_string(i) + "\":1,";
    return body + "\"end\":1}";
}

struct Attack {
    const char* name;
    Request next;
};

/// What each attack does to one who only writes and reads, beside idle.
void measure(const Options& options, std::uint16_t port, const Request& write, const Request& read,
             const std::vector<Attack>& attacks) {
    const double idle_write = victim_p99(port, write, options.seconds);
    const double idle_read = victim_p99(port, read, options.seconds);
    std::printf("%-52s %10.0f us writing %10.0f us reading\n", "idle, 99th percentile", idle_write,
                idle_read);
    for (const Attack& each : attacks) {
        std::atomic<bool> over = false;
        std::atomic<std::size_t> answers = 0;
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < options.attackers; ++i) {
            threads.emplace_back([&] { attack(port, each.next, over, answers); });
        }
        const double writing = victim_p99(port, write, options.seconds);
        const double reading = victim_p99(port, read, options.seconds);
        over = true;
        threads.clear();
        std::printf("%-52s %9.1f x idle    %10.1f x idle      (%zu answers to the others)\n",
                    each.name, writing / idle_write, reading / idle_read, answers.load());
        std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Measures what one tenant's expensive requests cost another"};
    app.add_option("folder", options.folder, "An empty folder")->required();
    app.add_option("--members", options.members);
    app.add_option("--attackers", options.attackers);
    app.add_option("--seconds", options.seconds);
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::err);

    auto engine = *open_engine({.data = options.folder});
    const std::string operator_secret = operator_key(*engine, options.folder)->secret;
    const OrganizationId large = found(*engine);
    const OrganizationId small = found(*engine);
    fill(*engine, large, options.members);
    // What is turned away at the door takes nothing from anybody.
    http::Api api{*engine, [] { return std::string{}; }, {.peer_requests = 0}};
    auto server = *http::start_server({}, [&](http::Request head, http::Admit admit) {
        api.enter(std::move(head), std::move(admit));
    });
    const std::string own = "/v1/organizations/" + to_string(small);
    const std::string theirs = "/v1/organizations/" + to_string(large);
    const std::string key = key_for(*engine, large);
    const std::uint64_t head = number(engine->log().head());

    const Request write = [&](std::size_t n) {
        return request("PATCH " + own, operator_secret,
                       R"({"name":"N)" + std::to_string(n) + "\"}");
    };
    const Request read = [&](std::size_t) { return request("GET " + own, operator_secret); };
    // As much as the holder of a link may send, and as much as anybody.
    const std::string few = unknown_fields(1'400);
    const std::string unknown = unknown_fields(90'000);
    const std::string link =
        engine->link_text({.organization = large, .invitation = {random_uuid()}, .send_number = 1});
    const std::string lines = import_lines();
    const std::vector<Attack> attacks{
        {"members?as_of",
         [&](std::size_t n) {
             return request("GET " + theirs + "/members?as_of=" + std::to_string(head - n % 1'000),
                            key);
         }},
        {"members.csv",
         [&](std::size_t) { return request("GET " + theirs + "/members.csv", key); }},
        {"imports",
         [&](std::size_t) { return request("POST /v1/import", operator_secret, lines); }},
        {"bodies with a link alone, waiting for a position",
         [&](std::size_t) {
             const auto next = std::to_string(number(engine->log().head()) + 1);
             return request("POST /v1/invitations/" + link + "/accept?min_position=" + next, "",
                            few);
         }},
        {"large bodies of unknown fields",
         [&](std::size_t) {
             return request("POST " + theirs + "/roles", operator_secret, unknown);
         }},
    };
    measure(options, server->port(), write, read, attacks);
    server->stop(std::chrono::seconds{5});
    return 0;
}
