// Counting bytes.
#include "projections/footprint.h"

#include <algorithm>
#include <variant>

namespace muster {
namespace {

// Of a node of a map or set: three pointers, the colour, the allocator's own.
constexpr std::size_t node_bytes = 48;
// A blueprint, which many organisations may share, is counted for each of them.
constexpr std::size_t blueprint_bytes = 16 * 1024;
constexpr std::size_t event_bytes = 256;

std::size_t heap_of(const std::string& text) {
    constexpr std::size_t within_itself = 15;
    return text.size() > within_itself ? text.size() + 1 : 0;
}
std::size_t heap_of(const Sealed& sealed) {
    return heap_of(sealed.bytes);
}
std::size_t heap_of(const std::vector<RoleId>& roles) {
    std::size_t bytes = roles.size() * sizeof(RoleId);
    for (const RoleId& role : roles) bytes += heap_of(role.value);
    return bytes;
}
std::size_t heap_of(const Places& places) {
    std::size_t bytes = places.size() * (node_bytes + sizeof(Places::value_type));
    for (const auto& [workspace, role] : places) bytes += heap_of(role.value);
    return bytes;
}

std::size_t memory_of(const Member& member) {
    return node_bytes + sizeof(PersonId) + sizeof(Member) + heap_of(member.roles) +
           heap_of(member.workspaces);
}

std::size_t memory_of(const OpenInvitation& open) {
    // Beside its own row those by person and by time.
    constexpr std::size_t indexes = 3 * (node_bytes + 2 * sizeof(InvitationId));
    return node_bytes + sizeof(InvitationId) + sizeof(OpenInvitation) + indexes +
           heap_of(open.roles) + heap_of(open.workspaces) + heap_of(open.offered_roles) +
           heap_of(open.offered_workspaces) + heap_of(open.name) + heap_of(open.address) +
           heap_of(open.message) + heap_of(open.details);
}

std::size_t memory_of(const Role& role) {
    std::size_t bytes = node_bytes + sizeof(RoleId) + sizeof(Role) + heap_of(role.name) +
                        role.permissions.size() * sizeof(PermissionId);
    for (const PermissionId& permission : role.permissions) bytes += heap_of(permission.value);
    return bytes;
}

/// What one event can add at most, but for small change.
struct AddedBy {
    std::size_t operator()(const InvitationIssued& issued) const {
        return event_bytes + sizeof(OpenInvitation) + 2 * heap_of(issued.roles) + node_bytes +
               sizeof(PersonId) + sizeof(MailsTo) +
               2 * issued.workspaces.size() * (node_bytes + sizeof(WorkspacePlace)) +
               heap_of(issued.name) + heap_of(issued.address) + heap_of(issued.message) +
               heap_of(issued.details);
    }
    std::size_t operator()(const MemberJoined& joined) const {
        return event_bytes + sizeof(Member) + heap_of(joined.roles) +
               joined.workspaces.size() * (node_bytes + sizeof(WorkspacePlace));
    }
    std::size_t operator()(const RoleCreated& created) const {
        return event_bytes + sizeof(Role) + heap_of(created.name) +
               created.permissions.size() * 2 * sizeof(PermissionId);
    }
    template <class Other>
    std::size_t operator()(const Other&) const {
        return event_bytes;
    }
};

}  // namespace

std::size_t footprint_of(const Organization& organization) {
    std::size_t bytes = sizeof(Organization) + blueprint_bytes + heap_of(organization.name);
    for (const auto& [id, member] : organization.members) bytes += memory_of(member);
    for (const auto& [id, open] : organization.invitations) bytes += memory_of(open);
    for (const auto& [id, role] : *organization.roles) bytes += memory_of(role);
    for (const auto& [id, workspace] : organization.workspaces) {
        bytes += node_bytes + sizeof(WorkspaceId) + sizeof(Workspace) + heap_of(workspace.name);
    }
    for (const auto& [person, mails] : organization.mailed) {
        bytes += node_bytes + sizeof(PersonId) + sizeof(MailsTo) +
                 mails.again.capacity() * sizeof(Instant);
    }
    return bytes + organization.ended_invitations.size() *
                       (node_bytes + sizeof(InvitationId) + sizeof(EndedInvitation));
}

void Footprint::grow(std::span<const StreamEvent> events, const Organization& organization) {
    const StreamId stream = StreamId::of(organization.id);
    for (const StreamEvent& event : events) {
        if (event.stream == stream) added_ += std::visit(AddedBy{}, event.event);
    }
    if (added_ > measured_) measure(organization);
}

void Footprint::measure(const Organization& organization) {
    measured_ = footprint_of(organization);
    added_ = 0;
}

}  // namespace muster
