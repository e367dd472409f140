// Views that could not take a commit. Such a view stands still, durably, while the others go on: in
// the part meta of its generation "stopped/NAME" has the position up to which it applied all, and
// why it has no more. Only a generation built anew is without it.
#pragma once

#include "projections/view.h"
#include "projections/view_store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct StoppedView {
    std::string name;
    Position applied{};  ///< the last commit that it has
    std::string why;     ///< for the operator
};

std::optional<StoppedView> stop_of(const ViewReader& reader, std::string_view view);
std::vector<StoppedView> stops_of(const ViewReader& reader, const std::vector<View>& views);
void put_stop(Draft& draft, const StoppedView& stop);

/// The one of this name; null when it is not among them.
const StoppedView* find_stop(const std::vector<StoppedView>& stops, std::string_view view);

/// "the view NAME stands since position N", which anybody may read.
std::string sentence_of(const StoppedView& stop);

/// Where the stops are kept in the part meta.
constexpr std::string_view stop_prefix = "stopped/";

}  // namespace muster
