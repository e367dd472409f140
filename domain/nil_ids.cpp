// Looking for nil ids in commands, in every field and every part of it.
#include "domain/decide_parts.h"
#include "domain/fields.h"

namespace muster {
namespace {

struct IsNil {
    template <class Tag>
    bool operator()(Id<Tag> id) const {
        return id.is_nil();
    }
    /// It may name nobody.
    bool operator()(const InvitationRow& row) const {
        return (*this)(row.invitation) || any_part(row.workspaces, *this);
    }
};

}  // namespace

bool names_nil(const Command& command, const Actor& actor) {
    return any_part(actor, IsNil{}) ||
           std::visit([](const auto& held) { return any_part(held, IsNil{}); }, command);
}

}  // namespace muster
