// The outbox: each invitation's mail becomes a file that a mail relay picks up, and the log then
// says that it was handed over. What is owed is what the log says was not, so that a crash between
// any two steps loses no mail; a repetition replaces the same file under the same Message-ID.
//
// A worker does it. The engine must outlive the Mailer.
#pragma once

#include "api/engine.h"
#include "api/mail/mail_text.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

/// What links in mails may begin with: an absolute http or https URL without a query or fragment;
/// answered without its last slash. The error is a sentence.
std::expected<std::string, std::string> read_link_base(std::string_view text);

struct MailOptions {
    std::filesystem::path outbox;  ///< made at the start when it is missing
    std::string from;              ///< the address of the sender
    std::string link_base;         ///< as read_link_base; a slash and the link's text follow
    std::chrono::milliseconds poll_interval{200};
    Disk* disk = &Disk::of_this_machine();
    Workers* workers = &Workers::with_threads();
    std::function<std::chrono::microseconds()> steady_clock = time_since_boot;
};

class Mailer {
 public:
    Mailer(Engine& engine, MailOptions options);
    /// Stops at once. What is under way is finished by the next Mailer.
    ~Mailer();
    Mailer(const Mailer&) = delete;
    Mailer& operator=(const Mailer&) = delete;

    /// Why mails cannot be written now, for the operator; empty while they can.
    std::string problem() const;

 private:
    class Deliveries;
    enum class Written : std::uint8_t { yes, no_longer_owed, not_now, outbox_failed };

    bool has_outbox();
    /// Whether more is owed than one round delivers.
    bool deliver_owed();
    Written write(const OwedMail& owed);
    /// Those that are written, once they are durable.
    void hand_over(const std::vector<OwedMail>& written);
    /// `not_found`: there is nobody to write to. Any other failure: a part cannot be read now.
    std::expected<MailContents, Failure> contents_of(const OwedMail& owed, const MemberRow& row,
                                                     const Organization& organization) const;
    void submit(const OwedMail& owed);
    void set_problem(const std::string& problem);

    Engine& engine_;
    const MailOptions options_;
    /// Shared with the answers of the engine, which may come when the Mailer is gone.
    const std::shared_ptr<Deliveries> deliveries_;

    mutable std::mutex mutex_;  ///< guards problem_
    std::string problem_;

    bool outbox_made_ = false;  ///< the worker's own, as is the next one
    bool outbox_syncs_ = true;  ///< as far as the last round saw
    std::atomic<bool> stopping_ = false;
    std::unique_ptr<Worker> worker_;
};

}  // namespace muster
