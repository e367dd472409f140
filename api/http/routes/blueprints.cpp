// The rules there are to choose from, and those that one organisation runs by.
#include "api/http/read/known.h"
#include "api/http/routes/routes.h"
#include "eventstore/form/blueprint_json.h"

namespace muster::http {
namespace {

void list_blueprints(Exchange& exchange) {
    exchange.reply_json(200, blueprints_json(shipped_blueprints()));
}

void show_blueprint(Exchange& exchange) {
    const std::string_view text = shipped_blueprint(exchange.path_text("name"));
    if (text.empty()) {
        const auto& known = shipped_blueprints();
        return exchange.refuse(404, "not_found",
                               "There is no such blueprint; there are " +
                                   listed({known.begin(), known.end()}, known.size()) + ".");
    }
    exchange.reply_json(200, std::string{text});
}

void show_rules(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable_then(*id, Operation::read_organization);
    if (!organization) return;
    exchange.reply_of(*organization, write_blueprint(*organization->blueprint));
}

}  // namespace

std::vector<Route> blueprint_routes() {
    return {
        Route::read("/v1/blueprints", list_blueprints),
        Route::read("/v1/blueprints/{name}", show_blueprint),
        Route::state_read("/v1/organizations/{org}/blueprint", show_rules, {"as_of"}),
    };
}

}  // namespace muster::http
