// Writing a mail down: headers (RFC 2047), and the body as text and as HTML (quoted-printable).
#include "api/mail/mail_text.h"

#include "api/mail/mail_words.h"
#include "api/text/ascii.h"
#include "eventstore/machine/code_points.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

namespace muster {
namespace {

constexpr std::size_t line_width = 76;
/// RFC 5322 allows 998; a longer word must be encoded, which splits it.
constexpr std::size_t plain_word_limit = 900;
/// What fits into an encoded word of 75 characters in a line that begins with a header's name.
constexpr std::size_t encoded_text_width = 50;

std::string hex(char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    return {'=', digits[value >> 4U], digits[value & 15U]};
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Encoded words of RFC 2047, none of which cuts a character in two.
std::string encoded_words(std::string_view line) {
    std::string result;
    std::string text;
    const auto finish_word = [&] {
        if (text.empty()) return;
        if (!result.empty()) result += "\r\n ";
        result += "=?UTF-8?Q?" + text + "?=";
        text.clear();
    };
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = at;
        next_code_point(line, at);
        std::string character;
        for (const char byte : line.substr(begin, at - begin)) {
            const std::string escaped = is_letter_or_digit(byte) ? std::string{byte} : hex(byte);
            character += byte == ' ' ? "_" : escaped;
        }
        if (text.size() + character.size() > encoded_text_width) finish_word();
        text += character;
    }
    finish_word();
    return result;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Folds plain text at its spaces.
std::string folded_line(std::string_view line, std::size_t used) {
    std::string result;
    for (std::size_t start = 0; start < line.size();) {
        const auto end = std::min(line.find(' ', start), line.size());
        const std::string_view part = line.substr(start, end - start);
        if (start > 0 && used + 1 + part.size() > line_width) {
            result += "\r\n";
            used = 0;
        }
        if (start > 0) result += ' ';
        result += part;
        used += part.size() + 1;
        start = end + 1;
    }
    return result;
}

std::string text_header(std::string_view name, std::string_view value) {
    const std::string line = one_line(value);
    const std::string head = std::string{name} + ": ";
    std::size_t longest_word = 0;
    for (std::size_t start = 0; start < line.size();) {
        const auto end = std::min(line.find(' ', start), line.size());
        longest_word = std::max(longest_word, end - start);
        start = end + 1;
    }
    const bool plain =
        is_ascii(line) && longest_word <= plain_word_limit && line.find("=?") == std::string::npos;
    return head + (plain ? folded_line(line, head.size()) : encoded_words(line)) + "\r\n";
}

/// An address as it stands in a header. A letter beyond ASCII stays as it is (RFC 6532).
std::string bare_address(std::string_view address) {
    std::string result;
    for (const char c : address) {
        if (!is_ascii_control(c) &&
            std::string_view{" <>(),;:\\\""}.find(c) == std::string_view::npos) {
            result += c;
        }
    }
    return result;
}

std::string address_header(std::string_view name, std::string_view display,
                           std::string_view address) {
    const std::string shown = one_line(display);
    const std::string head = std::string{name} + ": ";
    if (shown.empty()) return head + bare_address(address) + "\r\n";
    const bool plain = shown.size() < line_width / 2 && std::ranges::all_of(shown, [](char c) {
                           return c == ' ' || is_letter_or_digit(c);
                       });
    return head + (plain ? shown : encoded_words(shown)) + "\r\n <" + bare_address(address) +
           ">\r\n";
}

std::string quoted_printable(std::string_view text) {
    std::string result;
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') {
            result += "\r\n";
            used = 0;
            continue;
        }
        const bool last_of_line = at + 1 == text.size() || text[at + 1] == '\n';
        const bool literal = (c > ' ' && c < 0x7F && c != '=') || (c == ' ' && !last_of_line);
        const std::string piece = literal ? std::string{c} : hex(c);
        if (used + piece.size() > line_width - 1) {
            result += "=\r\n";
            used = 0;
        }
        result += piece;
        used += piece.size();
    }
    return result;
}

/// An instant as the parts of a calendar, in UTC.
struct CivilTime {
    explicit CivilTime(Instant instant) {
        const std::chrono::sys_seconds time = std::chrono::floor<std::chrono::seconds>(
            std::chrono::sys_time<Duration>{Duration{instant.micros}});
        const auto day_start = std::chrono::floor<std::chrono::days>(time);
        day = std::chrono::year_month_day{day_start};
        weekday = std::chrono::weekday{day_start};
        clock = std::chrono::hh_mm_ss{time - day_start};
    }

    std::chrono::year_month_day day;
    std::chrono::weekday weekday;
    std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
    std::array<char, 64> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), format, numbers...);
    return {buffer.data(), static_cast<std::size_t>(std::max(size, 0))};
}

std::string header_date(Instant instant) {
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const CivilTime at{instant};
    return formatted(
        "%s, %02u %s %04d %02d:%02d:%02d +0000", weekdays.at(at.weekday.c_encoding()),
        static_cast<unsigned>(at.day.day()), months.at(static_cast<unsigned>(at.day.month()) - 1),
        static_cast<int>(at.day.year()), static_cast<int>(at.clock.hours().count()),
        static_cast<int>(at.clock.minutes().count()), static_cast<int>(at.clock.seconds().count()));
}

std::string name_of_sending(InvitationId invitation, std::uint32_t send_number) {
    return to_string(invitation) + "." + std::to_string(send_number);
}

/// No quoted-printable text holds it: there a "=" is never followed by "_".
std::string boundary_of(const MailContents& contents) {
    return "=_" + name_of_sending(contents.invitation, contents.send_number);
}

/// One of the forms that a mail program may choose from. The last line break is the boundary's.
std::string part(std::string_view type, std::string_view text, const std::string& boundary) {
    return "--" + boundary + "\r\nContent-Type: " + std::string{type} +
           "; charset=utf-8\r\n"
           "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
           quoted_printable(text) + "\r\n";
}

}  // namespace

std::string compose_mail(const MailContents& contents) {
    const WordedMail words = worded_mail(contents);
    const std::string boundary = boundary_of(contents);
    return address_header("From", {}, contents.from) +
           address_header("To", contents.to_name, contents.to) +
           text_header("Subject", words.subject) + "Date: " + header_date(contents.date) + "\r\n" +
           "Message-ID: " + mail_message_id(contents.invitation, contents.send_number) + "\r\n" +
           "MIME-Version: 1.0\r\n"
           "Content-Type: multipart/alternative;\r\n boundary=\"" +
           boundary +
           "\"\r\n"
           "Auto-Submitted: auto-generated\r\n"
           "\r\n" +
           part("text/plain", words.text, boundary) + part("text/html", words.html, boundary) +
           "--" + boundary + "--\r\n";
}

std::string mail_file_name(InvitationId invitation, std::uint32_t send_number) {
    return name_of_sending(invitation, send_number) + ".eml";
}

std::string mail_message_id(InvitationId invitation, std::uint32_t send_number) {
    return "<" + name_of_sending(invitation, send_number) + "@invitation.muster>";
}

}  // namespace muster
