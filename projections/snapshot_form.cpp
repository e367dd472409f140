// Both directions follow one list of parts for each struct, so that they agree.
#include "projections/snapshot_form.h"

#include "eventstore/form/blueprint_json.h"
#include "projections/bytes.h"

#include <concepts>
#include <type_traits>
#include <utility>

namespace muster {
namespace {

/// `Value` is `Type`, or const `Type` when it is being written.
template <class Value, class Type>
concept Like = std::same_as<std::remove_const_t<Value>, Type>;

constexpr unsigned bits_a_byte = 7;

void each_part(auto& io, Like<MailCount> auto& mails) {
    io(mails.hour, mails.sent);
}
void each_part(auto& io, Like<MailsTo> auto& mails) {
    io(mails.latest, mails.again);
}
void each_part(auto& io, Like<SeatUse> auto& use) {
    io(use.used, use.reserved);
}
void each_part(auto& io, Like<RoleUse> auto& use) {
    io(use.members, use.active, use.invited, use.latest);
}
void each_part(auto& io, Like<Due> auto& due) {
    io(due.at, due.invitation);
}
void each_part(auto& io, Like<Workspace> auto& workspace) {
    io(workspace.name, workspace.created_at);
}
void each_part(auto& io, Like<EndedInvitation> auto& ended) {
    io(ended.end, ended.person);
}
void each_part(auto& io, Like<Role> auto& role) {
    io(role.name, role.custom, role.permissions, role.effective);
}
void each_part(auto& io, Like<Member> auto& member) {
    io(member.roles, member.workspaces, member.licence, member.status, member.joined_at,
       member.joined_by, member.former_licence);
}
void each_part(auto& io, Like<OpenInvitation> auto& open) {
    io(open.roles, open.workspaces, open.licence, open.person, open.inviter, open.send_number,
       open.invited_at, open.expires_at, open.name, open.address, open.message, open.details,
       open.replaces, open.offered_roles, open.offered_workspaces);
}
void each_part(auto& io, Like<FormerThen> auto& former) {
    io(former.member, former.left_at, former.left_by, former.unasked);
}
void each_part(auto& io, Like<Organization> auto& organization) {
    io(organization.id, organization.name, organization.blueprint, organization.ended,
       organization.importing, organization.founded_at, organization.latest_at,
       organization.version, organization.plan, organization.limits, organization.seats,
       organization.role_use, organization.roles, organization.workspaces, organization.members,
       organization.invitations, organization.invited, organization.replaced, organization.due,
       organization.ended_invitations, organization.mails, organization.mailed);
}

class Writing {
 public:
    template <class... Parts>
    void operator()(const Parts&... parts) {
        (put(parts), ...);
    }
    std::string bytes;

 private:
    void put_number(std::uint64_t value) {
        for (; value >> bits_a_byte != 0; value >>= bits_a_byte) {
            append_byte(bytes, static_cast<std::uint8_t>(value | 1U << bits_a_byte));
        }
        append_byte(bytes, static_cast<std::uint8_t>(value));
    }

    template <class Value>
    requires(std::integral<Value> || std::is_enum_v<Value>) void put(Value value) {
        put_number(static_cast<std::uint64_t>(value));
    }
    void put(Instant value) { append_instant(bytes, value); }
    void put(std::monostate) {}
    void put(const std::string& value) {
        put_number(value.size());
        bytes += value;
    }
    void put(const Sealed& value) { put(value.bytes); }
    void put(const Actor& value) { (*this)(value.kind(), value.person()); }
    void put(const SharedBlueprint& value) { put(write_blueprint(*value)); }
    void put(const PermissionSet& value) {
        const std::string text = value.to_string();
        for (std::size_t at = 0; at < text.size(); at += 8) {
            append_byte(bytes, static_cast<std::uint8_t>(PermissionSet{text, at, 8}.to_ulong()));
        }
    }
    template <class Tag>
    void put(const Id<Tag>& value) {
        append_id(bytes, value);
    }
    template <class Tag>
    void put(const Key<Tag>& value) {
        put(value.value);
    }
    template <class Value>
    void put(const SharedValue<Value>& value) {
        put(*value);
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class First, class Second>
    void put(const std::pair<First, Second>& value) {
        (*this)(value.first, value.second);
    }
    template <class Values>
    requires requires(const Values& values) { values.begin(), values.size(); }
    void put(const Values& values) {
        put_number(values.size());
        for (const auto& value : values) put(value);
    }
    template <class Struct>
    requires requires(Writing& io, const Struct& value) { each_part(io, value); }
    void put(const Struct& value) { each_part(*this, value); }
};

/// After what is missing or wrong everything is empty.
class Reading {
 public:
    explicit Reading(std::string_view bytes) : bytes_{bytes} {}

    template <class... Parts>
    void operator()(Parts&... parts) {
        (get(parts), ...);
    }
    bool whole() const { return bytes_.whole(); }

 private:
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += bits_a_byte) {
            const std::uint8_t byte = bytes_.byte();
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte >> bits_a_byte == 0) return bytes_.broken() ? 0 : value;
        }
        bytes_.break_off();
        return 0;
    }
    /// Of elements that take a byte each at least.
    std::size_t count() {
        const std::uint64_t count = number();
        if (count > bytes_.rest().size()) bytes_.break_off();
        return bytes_.broken() ? 0 : static_cast<std::size_t>(count);
    }

    template <class Value>
    requires(std::integral<Value> || std::is_enum_v<Value>) void get(Value& value) {
        value = static_cast<Value>(number());
    }
    void get(Instant& value) { value = bytes_.instant(); }
    void get(std::monostate) {}
    void get(std::string& value) { value = bytes_.take(count()); }
    void get(Sealed& value) { get(value.bytes); }
    void get(Actor& value) {
        ActorKind kind{};
        std::optional<PersonId> person;
        (*this)(kind, person);
        if (kind == ActorKind::platform_operator) {
            value = Actor::the_operator();
        } else {
            value = person ? Actor::of(*person) : Actor::the_system();
        }
    }
    void get(SharedBlueprint& value) {
        std::string text;
        get(text);
        if (bytes_.broken()) return;
        auto read = read_blueprint(text);
        if (!read) return bytes_.break_off();
        value = std::move(*read);
    }
    void get(PermissionSet& value) {
        for (const char byte : bytes_.take(permission_limit / 8)) {
            value = value << 8U | PermissionSet{static_cast<std::uint8_t>(byte)};
        }
    }
    template <class Tag>
    void get(Id<Tag>& value) {
        value = bytes_.id<Id<Tag>>();
    }
    template <class Tag>
    void get(Key<Tag>& value) {
        get(value.value);
    }
    template <class Value>
    void get(SharedValue<Value>& value) {
        get(value.edit());
    }
    template <class Value>
    void get(std::optional<Value>& value) {
        bool there = false;
        get(there);
        if (there) get(value.emplace());
    }
    template <class Value>
    void get(std::vector<Value>& values) {
        values.resize(count());
        for (Value& value : values) get(value);
    }
    template <class Map>
    requires requires { typename Map::mapped_type; }
    void get(Map& map) {
        for (std::size_t left = count(); left > 0 && !bytes_.broken(); --left) {
            std::remove_const_t<typename Map::key_type> key;
            get(key);
            get(map[key]);
        }
    }
    template <class Struct>
    requires requires(Reading& io, Struct& value) { each_part(io, value); }
    void get(Struct& value) { each_part(*this, value); }

    ByteReader bytes_;
};

}  // namespace

std::string encode(const OrganizationThen& then) {
    Writing writing;
    writing(*then.organization, then.former, then.unasked);
    return std::move(writing.bytes);
}

std::optional<OrganizationThen> decode_organization_then(std::string_view bytes) {
    auto organization = std::make_shared<Organization>();
    OrganizationThen then;
    Reading reading{bytes};
    reading(*organization, then.former, then.unasked);
    if (!reading.whole()) return std::nullopt;
    then.organization = std::move(organization);
    return then;
}

}  // namespace muster
