// The HTTP API over an engine of its own, without a server: requests in, answers as JSON, for the
// tests of routes. The clock goes on by itself, and ahead when a test says so.
#pragma once

#include "api/http/api.h"
#include "api/operator_key.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::http {

struct Shown {
    unsigned status = 0;
    std::string content_type;
    std::string body;
    boost::json::value json;  ///< null where the body is none
    std::vector<std::pair<std::string, std::string>> headers = {};

    /// A member of the object, or empty.
    std::string text(std::string_view name) const {
        const auto* object = json.if_object();
        const auto* value = object == nullptr ? nullptr : object->if_contains(name);
        const auto* found = value == nullptr ? nullptr : value->if_string();
        return found == nullptr ? std::string{} : std::string{*found};
    }
    std::string code() const { return text("code"); }
    std::string header(std::string_view name) const {
        const auto found = std::ranges::find(headers, name, &decltype(headers)::value_type::first);
        return found == headers.end() ? std::string{} : found->second;
    }
};

class ApiTest : public ::testing::Test {
 protected:
    test::TemporaryFolder folder;
    std::atomic<std::int64_t> ahead_micros = 0;
    std::unique_ptr<Engine> engine = opened();
    std::unique_ptr<Api> api = std::make_unique<Api>(*engine);
    const std::string operator_secret = operator_key(*engine, folder.path() / "data")->secret;

    EngineOptions engine_options() {
        return {.data = folder.path() / "data",
                .least_changes_between_snapshots = 8,
                .due_interval = std::chrono::milliseconds{20},
                .clock = [this] { return wall_clock() + std::chrono::microseconds{ahead_micros}; },
                .steady_clock =
                    [this] { return time_since_boot() + std::chrono::microseconds{ahead_micros}; }};
    }
    std::unique_ptr<Engine> opened() {
        auto made = open_engine(engine_options());
        EXPECT_TRUE(made.has_value()) << made.error().detail;
        return std::move(*made);
    }

    void restart() {
        api.reset();
        engine.reset();
        engine = opened();
        api = std::make_unique<Api>(*engine);
    }

    void pass(Duration time) { ahead_micros += time.count(); }

    /// `actor`: whom the key speaks for; empty: nobody.
    Shown ask(const std::string& method, const std::string& target, const std::string& actor,
              const std::string& body, const std::string& secret) {
        Fields headers;
        if (!secret.empty()) headers.emplace_back("authorization", "Bearer " + secret);
        if (!actor.empty()) headers.emplace_back("muster-actor", actor);
        return ask_with(method, target, std::move(headers), body);
    }
    using Fields = std::vector<std::pair<std::string, std::string>>;
    /// With exactly these headers, whose names are in lower case.
    Shown ask_with(const std::string& method, const std::string& target, Fields headers,
                   const std::string& body = {}) {
        Request request{
            .method = method, .target = target, .headers = std::move(headers), .body = body};
        return answer_of(*api, std::move(request));
    }
    static Shown answer_of(Api& whom, Request request) {
        std::promise<Response> promise;
        whom.handle(std::move(request),
                    [&](Response response) { promise.set_value(std::move(response)); });
        Response response = promise.get_future().get();
        boost::system::error_code no_json;
        Shown shown{response.status, response.content_type, response.body,
                    boost::json::parse(response.body, no_json), std::move(response.headers)};
        return shown;
    }
    std::pair<std::string, std::string> authorized() const {
        return {"authorization", "Bearer " + operator_secret};
    }
    Shown get(const std::string& target, const std::string& actor = {}) {
        return ask("GET", target, actor, {}, operator_secret);
    }
    /// A null body is none at all.
    Shown send(const std::string& method, const std::string& target,
               const boost::json::value& body = {}, const std::string& actor = {}) {
        const std::string text = body.is_null() ? std::string{} : boost::json::serialize(body);
        return ask(method, target, actor, text, operator_secret);
    }

    struct Founded {
        std::string id;
        std::string path;  ///< /v1/organizations/ID
        std::string founder;
    };
    /// `blueprint`: the name of one, or the rules themselves.
    Founded found(const boost::json::value& blueprint, const std::string& founder = "ada") {
        const Shown shown =
            send("POST", "/v1/organizations",
                 {{"name", "Acme"},
                  {"blueprint", blueprint},
                  {"founder", {{"address", founder + "@example.org"}, {"name", founder}}}});
        EXPECT_EQ(shown.status, 201U) << shown.body;
        const std::string id = shown.text("organization");
        return {id, "/v1/organizations/" + id, shown.text("founder")};
    }
    /// Registers an account with a verified address; the person's id.
    std::string person(const std::string& name) {
        const Shown shown =
            send("POST", "/v1/people",
                 {{"address", name + "@example.org"}, {"name", name}, {"verified", true}});
        EXPECT_EQ(shown.status, 201U) << shown.body;
        return shown.text("person");
    }
    /// Follows the first link of an invitation, without an account.
    Shown accept(const Founded& organization, const std::string& invitation,
                 const std::string& name) {
        const std::string token =
            engine->link_text({.organization = *parse_id<OrganizationId>(organization.id),
                               .invitation = *parse_id<InvitationId>(invitation),
                               .send_number = 1});
        return ask("POST", "/v1/invitations/" + token + "/accept", {},
                   R"({"name":")" + name + "\"}", {});
    }
    struct Invited {
        std::string person;
        std::string invitation;  ///< empty: joined at once
    };
    /// Invites NAME@example.org as the operator, with the body's other members.
    Invited invite(const Founded& organization, const std::string& name,
                   boost::json::object invitation) {
        invitation["address"] = name + "@example.org";
        const Shown invited = send("POST", organization.path + "/invitations", invitation);
        EXPECT_EQ(invited.status, 201U) << invited.body;
        const boost::json::object& row = invited.json.at("rows").at(0).as_object();
        const auto* open = row.if_contains("invitation");
        return {std::string{row.at("person").as_string()},
                open == nullptr ? std::string{} : std::string{open->as_string()}};
    }
    /// Invites and accepts; the person's id.
    std::string join(const Founded& organization, const std::string& name,
                     boost::json::object invitation) {
        const Invited invited = invite(organization, name, std::move(invitation));
        if (!invited.invitation.empty()) {
            const Shown accepted = accept(organization, invited.invitation, name);
            EXPECT_EQ(accepted.status, 200U) << accepted.body;
        }
        return invited.person;
    }
};

}  // namespace muster::http
