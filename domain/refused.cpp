// Shortening what was refused, field by field.
#include "domain/refused.h"

#include "domain/fields.h"

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

/// Keeps one part after the other while there are bytes left for it; rules only if they were looked
/// at.
class KeptParts {
 public:
    KeptParts(std::size_t bytes, bool keeps_rules) : left_{bytes}, keeps_rules_{keeps_rules} {}

    template <class Fixed>
    requires std::is_trivially_copyable_v<Fixed>
    void keep(Fixed&) {}
    void keep(std::string& name) { keep_text(name, longest_name); }
    template <class Tag>
    void keep(Key<Tag>& key) {
        keep_text(key.value, longest_id);
    }
    template <class Tag>
    void keep(std::optional<Key<Tag>>& key) {
        if (key) keep(*key);
    }

    void keep(Sealed& sealed) {
        const std::size_t bytes = sealed.bytes.size();
        if (bytes > longest_sealed || !afford(bytes)) sealed = {};
    }

    void keep(SharedBlueprint& rules) {
        if (!keeps_rules_) rules = {};
    }

    void keep(WorkspacePlace& place) { keep(place.role); }
    void keep(RoleCopy& copy) { keep(copy.role); }
    void keep(InvitationRow& row) { keep_fields(row); }

    template <class Tag>
    void keep(std::vector<Key<Tag>>& ids) {
        keep_list(ids, most_ids, bytes_an_element);
    }
    void keep(std::vector<WorkspacePlace>& places) { keep_list(places, most_places, bytes_a_row); }
    void keep(std::vector<InvitationRow>& rows) { keep_list(rows, most_rows_of_all, bytes_a_row); }
    void keep(std::vector<RoleCopy>& rows) { keep_list(rows, most_rows_of_all, bytes_a_row); }

    template <class Tag, class Value>
    void keep(std::map<Key<Tag>, Value>& entries) {
        std::map<Key<Tag>, Value> kept;
        for (const auto& entry : entries) {
            if (kept.size() == most_ids || !afford(bytes_an_element)) break;
            auto [key, value] = std::pair<Key<Tag>, Value>{entry};
            keep(key);
            keep(value);
            kept.emplace(std::move(key), std::move(value));
        }
        entries = std::move(kept);
    }

    template <class Struct>
    void keep_fields(Struct& value) {
        std::apply([this](auto&... field) { (keep(field), ...); }, fields_of(value));
    }

 private:
    bool afford(std::size_t bytes) {
        if (bytes > left_) return false;
        left_ -= bytes;
        return true;
    }

    /// The elements from the first on, as far as they can be afforded.
    template <class Value>
    void keep_list(std::vector<Value>& values, std::size_t most, std::size_t bytes_each) {
        std::size_t kept = 0;
        for (; kept < values.size() && kept < most && afford(bytes_each); ++kept) {
            keep(values[kept]);
        }
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(kept), values.end());
        values.shrink_to_fit();
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
    bool keeps_rules_;
};

/// A field of a new kind does not compile until it is said what is kept of it; one of
/// ChangeBlueprint has its line here.
struct ShortenRefused {
    KeptParts& parts;

    /// Of little, the plan rather than the maps.
    void operator()(ChangeBlueprint& c) const {
        parts.keep(c.blueprint);
        parts.keep(c.plan);
        parts.keep(c.roles);
        parts.keep(c.workspace_roles);
    }
    template <class Other>
    void operator()(Other& c) const {
        parts.keep_fields(c);
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
    KeptParts parts{turned_away ? bytes_kept_of_strangers : no_end, !turned_away};
    std::visit(ShortenRefused{parts}, command);
    parts.keep(context.reason);
}

}  // namespace muster
