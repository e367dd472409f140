// What surrounds a command: who acts, from where and why. Personal data in it is sealed before it
// gets here: the domain carries ciphertext about and never looks inside.
#pragma once

#include "domain/ids.h"

#include <string>

namespace muster {

/// Ciphertext of one personal datum (a name, an address, a free text). Empty when there is none.
struct Sealed {
    std::string bytes;

    bool empty() const { return bytes.empty(); }
    bool operator==(const Sealed&) const = default;
};

/// STORED: never renumber.
enum class ActorKind : std::uint8_t {
    person = 1,             ///< a person, named by the host
    platform_operator = 2,  ///< who runs Muster: imports, plans, support; bound by every invariant
    system = 3,             ///< Muster itself, for what falls due
};

struct Actor {
    ActorKind kind = ActorKind::system;
    PersonId person;  ///< nil unless kind is person

    bool operator==(const Actor&) const = default;

    static Actor of(PersonId person) { return {ActorKind::person, person}; }
    static Actor the_operator() { return {ActorKind::platform_operator, {}}; }
    static Actor the_system() { return {ActorKind::system, {}}; }
    bool is(PersonId other) const { return kind == ActorKind::person && person == other; }
    bool is_operator() const { return kind == ActorKind::platform_operator; }
    bool is_system() const { return kind == ActorKind::system; }
};

struct Context {
    Actor actor;
    CommandId command_id;
    Sealed origin;          ///< address and agent of the request
    Sealed reason;          ///< the words the actor gave, if any
    bool imported = false;  ///< history written by an import; its time is `now` of decide

    bool operator==(const Context&) const = default;
};

}  // namespace muster
