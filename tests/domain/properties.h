// How properties are checked: by watchers, over random lives. Each sees 500 lives, or five times
// what RC_PARAMS says; MUSTER_LONG=1 makes them two hundred times as many.
#pragma once

#include "tests/domain/simulation.h"

#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace muster::domain_tests {

using MakeWatcher = std::function<std::unique_ptr<Watcher>(const Decider&)>;

template <class W>
std::unique_ptr<Watcher> make(const Decider&) {
    return std::make_unique<W>();
}

/// An engine with one protection taken away, or a check that looks away, and where it shows:
/// anywhere, if no rules are named.
struct Fault {
    Decider engine = decide;
    std::vector<SharedBlueprint> rules = {};
    MakeWatcher watch = {};  ///< instead of the property's own
};

/// What holds in every life, and the faults that its check must find.
struct Property {
    std::string name;
    MakeWatcher watch;
    std::vector<Fault> faults;
};

inline void PrintTo(const Property& property, std::ostream* out) {
    *out << property.name;
}

/// What the properties come to when all of them watch the same lives: how a property fails, by its
/// name. The rules are some_rules() where none are named.
std::map<std::string, std::string> failures_of(std::vector<Property> properties,
                                               const std::vector<SharedBlueprint>& rules = {});

/// Whether the property's check finds the fault in some life.
bool finds(const Property& property, const Fault& fault);

}  // namespace muster::domain_tests
