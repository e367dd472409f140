// The tree that leads from a path to a route, and that every route of the API is reached by it.
#include "api/http/routes/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace muster::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

void no_answer(Exchange&) {}

Route some_route(std::string_view method, std::string_view pattern) {
    return {.method = method, .pattern = pattern, .handler = no_answer};
}

/// "GET /a/{b}", or what the path takes instead.
std::string found_by(const Router& router, std::string_view method,
                     const std::vector<std::string>& segments) {
    const Router::Match match = router.match(method, segments);
    if (match.route != nullptr) {
        return std::string{match.route->method} + " " + std::string{match.route->pattern};
    }
    std::string allowed = "takes";
    for (const auto other : match.methods) allowed += " " + std::string{other};
    return allowed;
}

TEST(Router, LiteralsGoBeforeNames) {
    const Router router{{some_route("POST", "/jobs/{kind}"), some_route("POST", "/jobs/stop")}};
    EXPECT_EQ(found_by(router, "POST", {"jobs", "stop"}), "POST /jobs/stop");
    EXPECT_EQ(found_by(router, "POST", {"jobs", "stopped"}), "POST /jobs/{kind}");
    EXPECT_EQ(found_by(router, "POST", {"jobs", "Stop"}), "POST /jobs/{kind}");
}

TEST(Router, ALiteralThatDoesNotTakeTheMethodHidesNoName) {
    const Router router{{some_route("GET", "/jobs/stop"), some_route("POST", "/jobs/{kind}"),
                         some_route("GET", "/jobs/{kind}/log")}};
    EXPECT_EQ(found_by(router, "POST", {"jobs", "stop"}), "POST /jobs/{kind}");
    EXPECT_EQ(found_by(router, "GET", {"jobs", "stop", "log"}), "GET /jobs/{kind}/log");
    EXPECT_EQ(found_by(router, "PUT", {"jobs", "stop"}), "takes GET POST");
}

TEST(Router, TellsAPathThatIsNotThereFromOneWithOtherMethods) {
    const Router router{{some_route("PUT", "/a/{b}"), some_route("GET", "/a/{b}")}};
    EXPECT_EQ(found_by(router, "DELETE", {"a", "x"}), "takes PUT GET");
    EXPECT_EQ(found_by(router, "OPTIONS", {"a", "x"}), "takes PUT GET");
    for (const std::vector<std::string>& elsewhere :
         {std::vector<std::string>{}, {""}, {"a"}, {"b", "x"}, {"a", "x", ""}, {"a", "x", "y"}}) {
        EXPECT_EQ(found_by(router, "GET", elsewhere), "takes");
    }
}

TEST(Router, AnswersHeadByGet) {
    const Router router{{some_route("GET", "/a"), some_route("PUT", "/b")}};
    EXPECT_EQ(found_by(router, "HEAD", {"a"}), "GET /a");
    EXPECT_EQ(found_by(router, "HEAD", {"b"}), "takes PUT");
}

TEST(Router, NamesTakeWhatStandsThereUnlessItIsEmpty) {
    const Router router{{some_route("GET", "/of/{one}/in/{other}")}};
    EXPECT_THAT(router.match("GET", {"of", "a/b {x}", "in", "in"}).names,
                ElementsAre(Pair("one", "a/b {x}"), Pair("other", "in")));
    EXPECT_EQ(found_by(router, "GET", {"of", "", "in", "x"}), "takes");
}

TEST(RouterDeathTest, TwoRoutesForOneRequestAreABug) {
    const auto make = [](std::string_view one, std::string_view other) {
        const Router router{{some_route("GET", one), some_route("GET", other)}};
    };
    EXPECT_DEATH(make("/a/{b}", "/a/{b}"), "bug");
    EXPECT_DEATH(make("/a/{b}", "/a/{c}"), "bug");
    EXPECT_DEATH(make("/a/{b}/c", "/a/{x}/d"), "bug");
    EXPECT_DEATH(make("/a", "a"), "bug");
    EXPECT_DEATH(make("/a", "/{}"), "bug");
    make("/a/{b}", "/a/b");
}

/// The routes that a request made from their own pattern does not end in.
std::vector<std::string> unreached(const std::vector<Route>& routes, const Router& router) {
    std::vector<std::string> names;
    for (const Route& route : routes) {
        std::vector<std::string> segments;
        for (std::string_view rest = route.pattern; !rest.empty();) {
            rest.remove_prefix(1);
            const std::string_view segment = rest.substr(0, rest.find('/'));
            segments.emplace_back(segment.starts_with('{') ? "sample" : segment);
            rest.remove_prefix(segment.size());
        }
        const Route* found = router.match(route.method, segments).route;
        const bool reached = found != nullptr && found->method == route.method &&
                             found->pattern == route.pattern && found->handler == route.handler;
        if (!reached) names.push_back(std::string{route.method} + " " + std::string{route.pattern});
    }
    return names;
}

TEST(EveryRoute, IsReachedByItsOwnPattern) {
    const std::vector<Route> routes = every_route();
    EXPECT_GT(routes.size(), 60U);
    EXPECT_THAT(unreached(routes, Router{routes}), IsEmpty());
}

TEST(EveryRoute, ControlAMissingAndAHiddenOneShowInTheSameCheck) {
    const std::vector<Route> routes = every_route();
    std::vector<Route> others = routes;
    std::erase_if(others, [](const Route& route) { return route.pattern == "/v1/people"; });
    others.push_back(some_route("POST", "/v1/operations/sample"));
    EXPECT_THAT(unreached(routes, Router{others}),
                ElementsAre("POST /v1/people", "GET /v1/people", "POST /v1/operations/{kind}"));
}

}  // namespace
}  // namespace muster::http
