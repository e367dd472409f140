// The list of all views.
#include "projections/view.h"

#include "projections/audit_trail.h"
#include "projections/invitations_due.h"
#include "projections/members_view.h"
#include "projections/outbox.h"

namespace muster {

const std::vector<View>& all_views() {
    static const std::vector<View> views{
        {view_names::members, {Part::members, Part::member_index, Part::people}, apply_to_members},
        {view_names::audit, {Part::audit_index}, apply_to_audit},
        {view_names::outbox, {Part::outbox}, apply_to_outbox},
        {view_names::due, {Part::due}, apply_to_due}};
    return views;
}

}  // namespace muster
