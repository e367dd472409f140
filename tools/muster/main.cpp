// muster: one binary for the server and for whoever operates it.
#include "tools/muster/commands.h"

#include <curl/curl.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

namespace {

using muster::tool::DoorOptions;
using muster::tool::ServeOptions;

void add_door(CLI::App& command, DoorOptions& door) {
    command.add_option("--data", door.data, "The data folder")
        ->envname("MUSTER_DATA")
        ->capture_default_str();
    command.add_option("--url", door.url, "A running server, for example http://localhost:8080");
    command.add_option("--api-key", door.api_key, "An API key instead of the operator's")
        ->envname("MUSTER_API_KEY");
}

void log_to_stderr() {
    auto logger = spdlog::stderr_logger_mt("muster");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    spdlog::set_default_logger(logger);
}

}  // namespace

int main(int argc, char** argv) {
    log_to_stderr();
    curl_global_init(CURL_GLOBAL_DEFAULT);

    CLI::App app{"Muster, the event-sourced membership engine"};
    app.require_subcommand(1);
    int status = 0;
    DoorOptions door{.data = "data", .url = {}, .api_key = {}};
    std::string organization;
    std::string as_of;
    std::string file;
    std::uint64_t from = 1;

    ServeOptions serving{.data = "data"};
    auto* serve = app.add_subcommand("serve", "Serve the HTTP API on an embedded store");
    serve->add_option("--data", serving.data, "The data folder, made when missing")
        ->envname("MUSTER_DATA")
        ->capture_default_str();
    serve->add_option("--address", serving.address, "Where to listen")->capture_default_str();
    serve->add_option("--port", serving.port, "0: one that is free")->capture_default_str();
    serve->add_option("--link-base", serving.link_base, "What links in mails begin with")
        ->capture_default_str();
    serve->add_option("--mail-from", serving.mail_from, "The address mails come from")
        ->capture_default_str();
    serve->callback([&] { status = muster::tool::serve(serving); });

    auto* members = app.add_subcommand("members", "List an organisation's members");
    members->add_option("organization", organization, "Its id, or the label it was imported by")
        ->required();
    members->add_option("--as-of", as_of, "A position or an RFC 3339 time");
    add_door(*members, door);
    members->callback([&] { status = muster::tool::show_members(door, organization, as_of); });

    auto* audit = app.add_subcommand("audit", "Show an organisation's audit trail, newest first");
    audit->add_option("organization", organization, "Its id, or the label it was imported by")
        ->required();
    add_door(*audit, door);
    audit->callback([&] { status = muster::tool::show_audit(door, organization); });

    auto* import = app.add_subcommand("import", "Import history, one JSON command a line");
    import->add_option("file", file, "The history")->required()->check(CLI::ExistingFile);
    add_door(*import, door);
    import->callback([&] { status = muster::tool::import_file(door, file);
});

auto* log = app.add_subcommand("log", "Print the log's commits as JSON lines");
log->add_option("--from", from, "The first position")->capture_default_str();
add_door(*log, door);
log->callback([&] { status = muster::tool::show_log(door, from); });

auto* verify = app.add_subcommand("verify", "Check the whole log, and the views against it");
add_door(*verify, door);
verify->callback([&] { status = muster::tool::run_operation(door, "verify"); });

auto* views = app.add_subcommand("views", "Work on the views");
views->require_subcommand(1);
auto* rebuild = views->add_subcommand("rebuild", "Build them anew from log/ and keys/");
add_door(*rebuild, door);
rebuild->callback([&] { status = muster::tool::run_operation(door, "rebuild-views"); });

CLI11_PARSE(app, argc, argv);
return status;
}
