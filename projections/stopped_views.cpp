// Keeping and finding the stops.
#include "projections/stopped_views.h"

#include "projections/bytes.h"

#include <algorithm>

namespace muster {
namespace {

std::string stop_key(std::string_view view) {
    return std::string{stop_prefix}.append(view);
}

}  // namespace

std::optional<StoppedView> stop_of(const ViewReader& reader, std::string_view view) {
    const auto bytes = reader.get(Part::meta, stop_key(view));
    if (!bytes) return std::nullopt;
    ByteReader from{*bytes};
    StoppedView stop{.name = std::string{view}};
    stop.applied = from.position();
    stop.why = from.text();
    if (!from.whole()) {
        reader.fail_for_store({FailureKind::corrupted, "views: a stop cannot be read"});
    }
    return stop;
}

std::vector<StoppedView> stops_of(const ViewReader& reader, const std::vector<View>& views) {
    std::vector<StoppedView> stops;
    for (const View& view : views) {
        if (auto stop = stop_of(reader, view.name)) stops.push_back(std::move(*stop));
    }
    return stops;
}

void put_stop(Draft& draft, const StoppedView& stop) {
    std::string bytes;
    append_position(bytes, stop.applied);
    append_text(bytes, stop.why);
    draft.put(Part::meta, stop_key(stop.name), bytes);
}

const StoppedView* find_stop(const std::vector<StoppedView>& stops, std::string_view view) {
    const auto found = std::ranges::find(stops, view, &StoppedView::name);
    return found == stops.end() ? nullptr : &*found;
}

std::string sentence_of(const StoppedView& stop) {
    return "the view " + stop.name + " stands since position " +
           std::to_string(number(stop.applied));
}

}  // namespace muster
