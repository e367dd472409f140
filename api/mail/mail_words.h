// The words of an invitation's mail with its values put in, as text and as HTML. Both say the same,
// and neither is ever without the link. Pure functions; any thread.
#pragma once

#include "api/mail/mail_text.h"

#include <string>
#include <string_view>

namespace muster {

struct WordedMail {
    std::string subject;  ///< one line
    std::string text;     ///< lines end with "\n"
    std::string html;     ///< a whole document, with every value and word escaped
};
WordedMail worded_mail(const MailContents& contents);

/// Control characters become spaces, runs of spaces one, none at either end.
std::string one_line(std::string_view text);

}  // namespace muster
