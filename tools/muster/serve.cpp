// muster serve: opens the store, starts the API and the mailer, and stops in order on SIGTERM or
// SIGINT.
#include "api/http/api.h"
#include "api/mail/mail.h"
#include "api/operator_key.h"
#include "api/text/address.h"
#include "eventstore/machine/open_files.h"
#include "tools/muster/commands.h"
#include "tools/muster/complain.h"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>

namespace muster::tool {
namespace {

/// They take a second or so; whoever has more to apply serves meanwhile what needs no views.
constexpr std::uint64_t commits_applied_before_serving = 5'000;

/// Blocks the signals that end the server, in this thread and all it starts.
sigset_t block_ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

std::string served_url(const std::string& address, std::uint16_t port) {
    const bool with_colons = address.find(':') != std::string::npos;
    return "http://" + (with_colons ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

/// What links in mails begin with. Who listens everywhere has no address to name but this machine's
/// own.
std::string link_base_of(const ServeOptions& options, std::uint16_t port) {
    if (!options.link_base.empty()) return options.link_base;
    const bool everywhere = options.address == "0.0.0.0" || options.address == "::";
    const std::string base =
        served_url(everywhere ? "127.0.0.1" : options.address, port) + "/v1/invitations";
    if (everywhere) spdlog::warn("links in mails begin with {}; --link-base names another", base);
    return base;
}

/// What is wrong with the options that mails are written by; empty when nothing is.
std::string error_of_mail_options(const ServeOptions& options) {
    if (!options.link_base.empty()) {
        const auto base = read_link_base(options.link_base);
        if (!base) return "--link-base " + options.link_base + ": " + base.error();
    }
    const auto from = read_address(options.mail_from);
    if (!from) return "--mail-from " + options.mail_from + ": " + from.error();
    return {};
}

void greet(const ServeOptions& options, const OperatorKey& key, std::uint16_t port) {
    const std::string url = served_url(options.address, port);
    const auto file = (options.data / "operator-key").string();
    std::cout << "Muster listens on " << url << "\n"
              << "Data folder:   " << options.data.string() << "\n"
              << "Operator key:  ";
    if (key.secret.empty()) {
        std::cout << "deleted; stop the server and make one: muster operator-key new --data "
                  << options.data.string() << "\n";
    } else {
        std::cout << "in " << file << " (readable by you alone)\n";
    }
    // What a pipe gets ends in somebody's log.
    if (key.made && ::isatty(STDOUT_FILENO) == 1) {
        std::cout << "               " << key.secret << " (printed this once)\n";
    }
    std::cout << "\nTry it in another terminal:\n\n"
              << "  KEY=$(cat " << file << ")\n"
              << "  curl -s " << url << "/v1/organizations -H \"Authorization: Bearer $KEY\" \\\n"
              << "    -d '{\"name\":\"Acme\",\"blueprint\":\"conance\",\n"
              << "         \"founder\":{\"address\":\"ada@example.org\",\"name\":\"Ada\"}}'\n"
              << "  ORG=...   # the \"organization\" of the answer\n"
              << "  curl -s " << url << "/v1/organizations/$ORG/invitations \\\n"
              << "    -H \"Authorization: Bearer $KEY\" \\\n"
              << "    -d '{\"address\":\"bo@example.org\",\"role\":\"user\"}'\n"
              << "  curl -s " << url << "/v1/organizations/$ORG/members"
              << " -H \"Authorization: Bearer $KEY\"\n\n"
              << "Mails are written to " << (options.data / "outbox").string()
              << ". Stop with Ctrl-C.\n"
              << std::flush;
}

/// What the engine does not take of the descriptors, but for a few: for connections that are told
/// that there are too many (server.cpp), and for files that are open for a moment.
std::size_t connections_that_fit(std::size_t descriptors) {
    constexpr std::size_t few = 64 + 32;
    constexpr std::size_t fewest = 16;
    constexpr std::size_t most = 16'384;
    const std::size_t taken = descriptors_of_an_engine() + few;
    return std::clamp(descriptors > taken ? descriptors - taken : fewest, fewest, most);
}

}  // namespace

int serve(const ServeOptions& options) {
    if (const auto error = error_of_mail_options(options); !error.empty()) return complain(error);
    const sigset_t ending = block_ending_signals();
    // Before anything is opened, since every store takes its share of it.
    const std::size_t connections = connections_that_fit(raise_descriptor_limit());
    auto engine = open_engine(
        {.data = options.data, .view_commits_waited_for = commits_applied_before_serving});
    if (!engine) {
        const Failure& failure = engine.error();
        return complain("cannot open " + options.data.string() + " (" +
                        std::string{name_of(failure.kind)} + "): " + failure.detail);
    }
    const auto key = operator_key(**engine, options.data);
    if (!key) return complain(key.error().detail);
    // Made once the port is known, which links may name; the API is asked before.
    std::unique_ptr<Mailer> mailer;
    std::atomic<const Mailer*> running = nullptr;
    http::Api api{**engine,
                  [&running] {
                      const Mailer* const there = running;
                      return there == nullptr ? std::string{} : there->problem();
                  },
                  options.limits};
    auto server = http::start_server({.address = options.address,
                                      .port = options.port,
                                      .unix_socket = socket_in(options.data),
                                      .connections = connections},
                                     [&api](http::Request head, http::Admit admit) {
                                         api.enter(std::move(head), std::move(admit));
                                     });
    if (!server) return complain(server.error());
    mailer = std::make_unique<Mailer>(
        **engine, MailOptions{.outbox = options.data / "outbox",
                              .from = delivery_address(*read_address(options.mail_from)),
                              .link_base = link_base_of(options, (*server)->port())});
    running = mailer.get();
    greet(options, *key, (*server)->port());

    int signal = 0;
    sigwait(&ending, &signal);
    spdlog::info("stopping on signal {}", signal);
    constexpr std::chrono::seconds grace{5};
    (*server)->stop(grace);
    return 0;
}

}  // namespace muster::tool
