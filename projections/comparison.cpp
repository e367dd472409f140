// Comparing generations.
#include "projections/comparison.h"

#include "eventstore/machine/bytes.h"
#include "projections/stopped_views.h"

#include <set>

namespace muster {
namespace {

constexpr std::size_t lines_at_most = 1'000;
/// Enough of a key to find it; names that stand in keys are cut short.
constexpr std::size_t key_bytes_shown = 20;

std::string shown(std::string_view key) {
    return hex(key.substr(0, key_bytes_shown)) + (key.size() > key_bytes_shown ? "..." : "");
}

class Lines {
 public:
    void add(std::string line) { lines_.push_back(std::move(line)); }
    void add(Part part, std::string_view what, std::string_view key) {
        if (lines_.size() == lines_at_most) {
            ++left_out_;
            return;
        }
        std::string line{name_of(part)};
        line.append(": ").append(what).append(": key ").append(shown(key));
        lines_.push_back(std::move(line));
    }

    std::vector<std::string> take() {
        if (left_out_ > 0) lines_.push_back("and " + std::to_string(left_out_) + " more");
        return std::move(lines_);
    }

 private:
    std::vector<std::string> lines_;
    std::size_t left_out_ = 0;
};

/// Of this generation and not of what it shows; stops are told of by their sentences.
bool is_its_own(const ViewIterator& at) {
    return at.valid() && (at.key().starts_with(stop_prefix) || at.key() == whole_from_key);
}

void compare_part(Part part, const ViewReader& live, const ViewReader& replayed, Lines& lines) {
    ViewIterator one = live.walk(part);
    ViewIterator other = replayed.walk(part);
    one.seek({});
    other.seek({});
    while (one.valid() || other.valid()) {
        if (part == Part::meta && (is_its_own(one) || is_its_own(other))) {
            (is_its_own(one) ? one : other).next();
            continue;
        }
        if (!other.valid() || (one.valid() && one.key() < other.key())) {
            lines.add(part, "only in the live views", one.key());
            one.next();
        } else if (!one.valid() || other.key() < one.key()) {
            lines.add(part, "missing in the live views", other.key());
            other.next();
        } else {
            if (one.value() != other.value()) lines.add(part, "another value", one.key());
            one.next();
            other.next();
        }
    }
}

}  // namespace

std::vector<std::string> differences(const ViewReader& live, const ViewReader& replayed,
                                     const std::vector<View>& views) {
    Lines lines;
    std::set<Part> left_out;
    for (const View& view : views) {
        const auto stands = stop_of(live, view.name);
        const auto stands_replayed = stop_of(replayed, view.name);
        if (stands) lines.add(sentence_of(*stands) + ": " + stands->why);
        if (stands_replayed && !stands) {
            lines.add("in a replay " + sentence_of(*stands_replayed) + ": " + stands_replayed->why);
        }
        if (stands || stands_replayed) left_out.insert(view.parts.begin(), view.parts.end());
    }
    for (const Part part : all_parts()) {
        if (!left_out.contains(part)) compare_part(part, live, replayed, lines);
    }
    return lines.take();
}

}  // namespace muster
