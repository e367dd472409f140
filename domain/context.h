// What surrounds a command: who acts, from where and why. Personal data in it is sealed before it
// gets here: the domain carries ciphertext about and never looks inside.
#pragma once

#include "domain/ids.h"

#include <optional>
#include <string>
#include <variant>

namespace muster {

/// Ciphertext of one personal datum (a name, an address, a free text). Empty when there is none.
struct Sealed {
    std::string bytes;

    bool empty() const { return bytes.empty(); }
    bool operator==(const Sealed&) const = default;
};

/// STORED: never renumber.
enum class ActorKind : std::uint8_t {
    person = 1,
    platform_operator = 2,
    system = 3,
};

/// Who acts: a person, whom the host names; the operator, who runs Muster (imports, plans, support)
/// and is bound by every invariant; or Muster itself, for what falls due. No two of them are ever
/// equal, and only a person has an id.
class Actor {
 public:
    Actor() = default;  ///< the system

    static Actor of(PersonId person) { return Actor{Who{person}}; }
    static Actor the_operator() { return Actor{Who{Operator{}}}; }
    static Actor the_system() { return {}; }

    /// Nothing unless a person acts.
    std::optional<PersonId> person() const {
        const auto* person = std::get_if<PersonId>(&who_);
        return person == nullptr ? std::nullopt : std::optional{*person};
    }
    bool is(PersonId other) const { return person() == other; }
    bool is_operator() const { return std::holds_alternative<Operator>(who_); }
    bool is_system() const { return std::holds_alternative<System>(who_); }
    ActorKind kind() const {
        if (is_operator()) return ActorKind::platform_operator;
        return is_system() ? ActorKind::system : ActorKind::person;
    }
    bool operator==(const Actor&) const = default;

 private:
    struct System {
        bool operator==(const System&) const = default;
    };
    struct Operator {
        bool operator==(const Operator&) const = default;
    };
    using Who = std::variant<System, Operator, PersonId>;
    explicit Actor(Who who) : who_{who} {}

    Who who_;
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
