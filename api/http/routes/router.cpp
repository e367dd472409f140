// The tree of segments: built once, walked for every request.
#include "api/http/routes/router.h"

#include "domain/ensure.h"

#include <algorithm>

namespace muster::http {

/// Where some segments lead.
struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::string name;                  ///< of what may stand here, whatever it is
    std::unique_ptr<Node> any;         ///< where that leads
    std::vector<const Route*> routes;  ///< that end here

    /// The ends of the ways by which the rest of a path fits, literal ones first.
    void collect(const std::vector<std::string>& segments, std::size_t at,
                 std::vector<const Node*>& ends) const {
        if (at == segments.size()) {
            if (!routes.empty()) ends.push_back(this);
            return;
        }
        const auto literal = literals.find(segments[at]);
        if (literal != literals.end()) literal->second->collect(segments, at + 1, ends);
        if (any && !segments[at].empty()) any->collect(segments, at + 1, ends);
    }
};

namespace {

/// The segments of "/v1/people/{person}".
std::vector<std::string_view> segments_of(std::string_view pattern) {
    std::vector<std::string_view> segments;
    while (!pattern.empty()) {
        ENSURE(pattern.front() == '/');
        pattern.remove_prefix(1);
        segments.push_back(pattern.substr(0, pattern.find('/')));
        pattern.remove_prefix(segments.back().size());
    }
    return segments;
}

/// The name of a {name}; empty for a literal segment.
std::string_view name_in(std::string_view segment) {
    if (!segment.starts_with('{')) return {};
    ENSURE(segment.size() > 2 && segment.ends_with('}'));
    return segment.substr(1, segment.size() - 2);
}

/// What stands where the pattern has its names.
Router::Names names_of(std::string_view pattern, const std::vector<std::string>& segments) {
    Router::Names names;
    const auto parts = segments_of(pattern);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view name = name_in(parts[i]);
        if (!name.empty()) names.emplace(name, segments[i]);
    }
    return names;
}

}  // namespace

Router::Router(std::vector<Route> routes)
    : routes_{std::move(routes)}, root_{std::make_unique<Node>()} {
    for (const Route& route : routes_) add(route);
}

Router::~Router() = default;

void Router::add(const Route& route) {
    Node* node = root_.get();
    for (const std::string_view segment : segments_of(route.pattern)) {
        const std::string_view name = name_in(segment);
        if (name.empty()) {
            auto& next = node->literals[std::string{segment}];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
            continue;
        }
        if (!node->any) {
            node->name = name;
            node->any = std::make_unique<Node>();
        }
        ENSURE(node->name == name);
        node = node->any.get();
    }
    ENSURE(std::ranges::count(node->routes, route.method, &Route::method) == 0);
    node->routes.push_back(&route);
}

Router::Match Router::match(std::string_view method,
                            const std::vector<std::string>& segments) const {
    const std::string_view served = method == "HEAD" ? "GET" : method;
    std::vector<const Node*> ends;
    root_->collect(segments, 0, ends);
    Match match;
    for (const Node* end : ends) {
        for (const Route* route : end->routes) {
            const bool is_new = std::ranges::count(match.methods, route->method) == 0;
            if (is_new) match.methods.push_back(route->method);
            if (match.route == nullptr && route->method == served) match.route = route;
        }
    }
    if (match.route != nullptr) match.names = names_of(match.route->pattern, segments);
    return match;
}

}  // namespace muster::http
