// The text of an invitation's mail: a pure function from what it says to the bytes of an RFC 5322
// file. No value, whoever chose it, can add a header or a line to the head. Any thread.
#pragma once

#include "domain/ids.h"
#include "domain/time.h"

#include <cstdint>
#include <map>
#include <string>

namespace muster {

/// Texts are UTF-8. What is empty is left out, with the paragraph of the body that names it, unless
/// the link stands there.
struct MailContents {
    InvitationId invitation{};
    std::uint32_t send_number = 1;
    std::string from;  ///< an address
    std::string to;    ///< an address
    std::string to_name;
    std::string language = "en";                 ///< of the words that `words` does not have
    std::map<std::string, std::string> words{};  ///< subject, body; see compose_mail
    std::string organization;
    std::string inviter;
    std::string link;
    std::string roles{};       ///< their names in one line
    std::string workspaces{};  ///< their names in one line, with the role in each
    std::string details{};     ///< of the invited person; may have several lines
    std::string message{};     ///< may have several lines
    Duration life{};           ///< of an invitation, by the blueprint
    Instant expires_at;
    Instant date;
};

/// The words may name what `mail_placeholders` lists; what they name is put in once, so that a
/// value is never read as words. The link and a message go to the end of a body that does not name
/// them.
std::string compose_mail(const MailContents& contents);

/// The same for every attempt to send one link, so that an attempt after a crash replaces the one
/// before it.
std::string mail_file_name(InvitationId invitation, std::uint32_t send_number);
std::string mail_message_id(InvitationId invitation, std::uint32_t send_number);

}  // namespace muster
