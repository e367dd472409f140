// Finds the route of a request in a tree of the segments that patterns are made of. Never changes
// once it is made: any thread may ask it.
#pragma once

#include "api/http/routes/routes.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

class Router {
 public:
    /// Two routes of one method and path, and two names for the same place of a path, are a bug.
    explicit Router(std::vector<Route> routes);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    using Names = std::map<std::string, std::string, std::less<>>;
    struct Match {
        const Route* route = nullptr;  ///< as long as the router
        Names names;                   ///< what stands where the pattern has a {name}
        /// Of every route whose path this is, those of a literal before those of a {name}, each in
        /// the order of the routes; empty where there is no such path.
        std::vector<std::string_view> methods;
    };
    /// `segments`: of the path, decoded. A literal segment goes before a {name}, which takes
    /// anything but an empty one; HEAD is answered by GET.
    Match match(std::string_view method, const std::vector<std::string>& segments) const;

 private:
    struct Node;
    void add(const Route& route);

    std::vector<Route> routes_;
    std::unique_ptr<Node> root_;
};

}  // namespace muster::http
