// The list of all views.
#include "projections/view.h"

#include "projections/audit_trail.h"
#include "projections/invitations_due.h"
#include "projections/members_view.h"
#include "projections/outbox.h"

namespace muster {

const std::vector<View>& all_views() {
    static const std::vector<View> views{{"members", apply_to_members},
                                         {"audit", apply_to_audit},
                                         {"outbox", apply_to_outbox},
                                         {"due", apply_to_due}};
    return views;
}

}  // namespace muster
