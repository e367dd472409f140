// Shortening what was refused, command by command.
#include "domain/refused.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace muster {
namespace {

// Nothing longer could be true: ids and names in bytes, sealed data, the ids of one list, the
// places of one person, the rows of one command.
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_name = 800;
constexpr std::size_t longest_sealed = 16'384;
constexpr std::size_t most_ids = 256;
constexpr std::size_t most_places = 1'000;
constexpr std::size_t most_rows_of_all = 10'000;
/// What an element of a list takes besides its texts: references, padding, ids.
constexpr std::size_t bytes_an_element = 16;
constexpr std::size_t bytes_a_row = 64;
constexpr std::string_view ellipsis = "…";

/// Keeps one part after the other while there are bytes left for it.
class KeptParts {
 public:
    explicit KeptParts(std::size_t bytes) : left_{bytes} {}

    void keep_id(std::string& text) { keep_text(text, longest_id); }
    void keep_name(std::string& text) { keep_text(text, longest_name); }
    template <class Tag>
    void keep_id(Key<Tag>& key) {
        keep_id(key.value);
    }

    void keep(Sealed& sealed) {
        const std::size_t bytes = sealed.bytes.size();
        if (bytes > longest_sealed || !afford(bytes)) sealed = {};
    }

    void keep(WorkspacePlace& place) { keep_id(place.role); }
    void keep(RoleCopy& copy) { keep_id(copy.role); }
    void keep(InvitationRow& row) {
        keep_ids(row.roles);
        keep_places(row.workspaces);
        keep(row.name);
        keep(row.address);
        keep(row.details);
    }

    template <class AnyKey>
    void keep_ids(std::vector<AnyKey>& ids) {
        keep_list(ids, most_ids, bytes_an_element, [this](AnyKey& id) { keep_id(id); });
    }
    void keep_places(std::vector<WorkspacePlace>& places) {
        keep_list(places, most_places, bytes_a_row, [this](auto& place) { keep(place); });
    }
    template <class Row>
    void keep_rows(std::vector<Row>& rows) {
        keep_list(rows, most_rows_of_all, bytes_a_row, [this](Row& row) { keep(row); });
    }

    void keep(std::map<RoleId, RoleId>& roles) {
        keep_entries(roles, [this](RoleId& to) { keep_id(to); });
    }
    void keep(std::map<LicenceClassId, std::uint64_t>& limits) {
        keep_entries(limits, [](std::uint64_t) {});
    }

 private:
    bool afford(std::size_t bytes) {
        if (bytes > left_) return false;
        left_ -= bytes;
        return true;
    }

    /// The elements from the first on, as far as they can be afforded.
    template <class Value, class Keep>
    void keep_list(std::vector<Value>& values, std::size_t most, std::size_t bytes_each,
                   Keep keep_one) {
        std::size_t kept = 0;
        for (; kept < values.size() && kept < most && afford(bytes_each); ++kept) {
            keep_one(values[kept]);
        }
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(kept), values.end());
        values.shrink_to_fit();
    }

    template <class AnyKey, class Value, class Keep>
    void keep_entries(std::map<AnyKey, Value>& entries, Keep keep_value) {
        std::map<AnyKey, Value> kept;
        for (const auto& entry : entries) {
            if (kept.size() == most_ids || !afford(bytes_an_element)) break;
            auto [key, value] = std::pair<AnyKey, Value>{entry};
            keep_id(key);
            keep_value(value);
            kept.emplace(std::move(key), std::move(value));
        }
        entries = std::move(kept);
    }

    void keep_text(std::string& text, std::size_t longest) {
        const std::size_t most = std::min(longest, left_);
        if (text.size() > most) {
            std::size_t end = most < ellipsis.size() ? 0 : most - ellipsis.size();
            // Not within a character.
            while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
            text.resize(end);
            text += ellipsis;
            text.shrink_to_fit();
        }
        left_ -= std::min(left_, text.size());
    }

    std::size_t left_;
};

/// A command that holds ids, numbers and flags alone.
template <class C>
concept OfFixedSize = std::is_trivially_copyable_v<C>;

/// One line a command that could be long; a new one without its line does not compile.
struct ShortenRefused {
    KeptParts& parts;
    bool keeps_rules;  ///< they were looked at

    void operator()(OfFixedSize auto&) const {}
    void operator()(FoundOrganization& c) const {
        if (!keeps_rules) c.blueprint = {};
        parts.keep_name(c.name);
        parts.keep(c.founder_name);
        parts.keep(c.founder_address);
    }
    void operator()(ChangePlan& c) const {
        parts.keep_id(c.plan);
        parts.keep(c.limits);
    }
    void operator()(InviteMember& c) const {
        parts.keep_rows(c.rows);
        parts.keep(c.message);
    }
    void operator()(AcceptInvitation& c) const {
        parts.keep(c.account_name);
        parts.keep(c.account_address);
    }
    void operator()(ChangeRole& c) const { parts.keep_ids(c.roles); }
    void operator()(CreateWorkspace& c) const { parts.keep_name(c.name); }
    void operator()(AssignWorkspaceRole& c) const { parts.keep(c.place); }
    void operator()(CreateRole& c) const {
        parts.keep_id(c.role);
        parts.keep_name(c.name);
        parts.keep_ids(c.permissions);
    }
    void operator()(RegisterPerson& c) const {
        parts.keep(c.name);
        parts.keep(c.address);
    }
    void operator()(ReplaceProtectedHolder& c) const { parts.keep_ids(c.roles); }
    void operator()(ReplaceAddress& c) const {
        parts.keep(c.name);
        parts.keep(c.address);
        parts.keep(c.details);
    }
    void operator()(AssignRole& c) const { parts.keep_id(c.role); }
    void operator()(WithdrawRole& c) const { parts.keep_id(c.role); }
    void operator()(RenameRole& c) const {
        parts.keep_id(c.role);
        parts.keep_name(c.name);
    }
    void operator()(SetRolePermissions& c) const {
        parts.keep_id(c.role);
        parts.keep_ids(c.permissions);
    }
    void operator()(DeleteRole& c) const { parts.keep_id(c.role); }
    void operator()(CopyRole& c) const {
        parts.keep_id(c.role);
        parts.keep_rows(c.targets);
    }
    void operator()(AssignWorkspaces& c) const { parts.keep_places(c.workspaces); }
    void operator()(RenameOrganization& c) const { parts.keep_name(c.name); }
    void operator()(RenameWorkspace& c) const { parts.keep_name(c.name); }
    void operator()(ChangeBlueprint& c) const {
        if (!keeps_rules) c.blueprint = {};
        if (c.plan) parts.keep_id(*c.plan);
        parts.keep(c.roles);
        parts.keep(c.workspace_roles);
    }
    void operator()(ChangeProfile& c) const {
        parts.keep(c.name);
        parts.keep(c.avatar);
    }
};

/// Nothing that the command asks for was looked at.
bool was_turned_away(const Refusal& refusal) {
    const Rejection why = refusal.rejection;
    return refusal.rows.empty() &&
           (why == Rejection::organization_not_found || why == Rejection::not_allowed ||
            why == Rejection::operator_only || why == Rejection::caller_suspended ||
            why == Rejection::id_missing);
}

}  // namespace

void shorten_refused(Command& command, Context& context, const Refusal& refusal) {
    const bool turned_away = was_turned_away(refusal);
    constexpr std::size_t no_end = std::numeric_limits<std::size_t>::max();
    KeptParts parts{turned_away ? bytes_kept_of_strangers : no_end};
    std::visit(ShortenRefused{parts, !turned_away}, command);
    parts.keep(context.reason);
}

}  // namespace muster
