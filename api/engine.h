// Muster as a C++ class, with no word of HTTP in it: commands in, receipts out, views to read from.
//
// One writer owns the order of everything. `submit` and `execute` may be called from any thread;
// `done` runs on a worker of the engine that does nothing else, and must not block.
#pragma once

#include "api/writing/answer.h"
#include "api/writing/engine_options.h"
#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/notary.h"
#include "projections/organizations.h"
#include "projections/snapshots.h"
#include "projections/views.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace muster {

/// What a link in an invitation's mail names.
struct InvitationLink {
    OrganizationId organization;
    InvitationId invitation;
    std::uint32_t send_number = 0;
};

struct EngineState {
    bool writing = true;  ///< false after a write failed or the clock stepped; reads go on
    std::string problem;  ///< why not, in a sentence that anybody may read
    std::string detail;   ///< the same for the operator
    Position head{};
    ViewsState views;
    std::string checkpoint_problem;  ///< why checkpoints cannot be written; empty while they can
};

class Engine {
 public:
    virtual ~Engine() = default;  ///< finishes what was submitted, then closes

    virtual void submit(Command command, Context context, ExecuteOptions options,
                        std::move_only_function<void(Answer)> done) = 0;
    /// The same, waiting for the answer.
    Answer execute(Command command, Context context, ExecuteOptions options = {});

    virtual const EventLog& log() const = 0;
    virtual KeyStore& keys() = 0;
    virtual Views& views() = 0;
    /// As they are by all that was answered, whatever the views have seen of it.
    virtual Organizations& organizations() = 0;
    virtual const Snapshots& snapshots() const = 0;
    virtual EngineState state() const = 0;
    virtual Instant now() const = 0;
    virtual Notary& notary() = 0;
    /// The operator says that the wall clock is right; writing goes on if only the clock was in the
    /// way.
    virtual void confirm_clock() = 0;

    /// The text of the link for one sending of an invitation, and back. A text that this engine did
    /// not make gives nothing.
    std::string link_text(const InvitationLink& link);
    std::optional<InvitationLink> read_link(std::string_view text);
};

/// Opens DATA, making what is missing: keys/ first, then log/, then views/. Refuses when keys/ is
/// behind what the log needs, and with `log_behind` when the log lacks what keys/ or views/ have
/// seen.
std::expected<std::unique_ptr<Engine>, Failure> open_engine(const EngineOptions& options);

}  // namespace muster
