// Choosing the words, putting values in once, and leaving out what there is nothing to say about.
#include "api/mail/mail_words.h"

#include "api/mail/mail_time.h"
#include "api/text/ascii.h"
#include "api/text/valid_text.h"
#include "domain/ensure.h"
#include "domain/proposed_blueprint.h"

#include <algorithm>
#include <vector>

namespace muster {
namespace {

using MailValues = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view link_in_words = "{link}";

struct BuiltInWords {
    std::string_view language;
    std::string_view subject;
    std::string_view body;
};

constexpr BuiltInWords english{
    "en", "You are invited to {organization}",
    "Hello,\n\nYou are invited to join {organization}.\n\nName: {name}\n\n"
    "Role: {role}\n\nWorkspaces: {workspaces}\n\nDetails: {details}\n\n"
    "Invited by: {inviter}\n\n{message}\n\n"
    "To accept, follow this link:\n{link}\n\nThe invitation expires on {expires_at}.\n"};
constexpr BuiltInWords french{
    "fr", "Invitation à rejoindre {organization}",
    "Bonjour,\n\nVous êtes invité à rejoindre {organization}.\n\n"
    "Nom : {name}\n\nRôle : {role}\n\nEspaces de travail : {workspaces}\n\n"
    "Informations : {details}\n\n"
    "Invitation envoyée par : {inviter}\n\n{message}\n\n"
    "Pour accepter, suivez ce lien :\n{link}\n\nCette invitation expire le {expires_at}.\n"};

bool is_of_language(std::string_view tag, std::string_view language) {
    return tag == language || (tag.starts_with(language) && tag[language.size()] == '-');
}

const BuiltInWords& built_in_words(const MailContents& contents) {
    return is_of_language(contents.language, french.language) ? french : english;
}

std::string chosen_words(const MailContents& contents, const std::string& text,
                         std::string_view built_in) {
    const auto own = contents.words.find(text);
    return own == contents.words.end() ? std::string{built_in} : own->second;
}

/// The language of the body: the built-in words know two.
std::string_view language_of_body(const MailContents& contents) {
    const BuiltInWords& built_in = built_in_words(contents);
    const bool speaks_it =
        contents.words.contains("body") || is_of_language(contents.language, built_in.language);
    return speaks_it ? std::string_view{contents.language} : built_in.language;
}

/// Lines end with "\n"; other control characters go.
std::string plain_lines(std::string_view given) {
    const std::string text = valid_utf8(std::string{given});
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool line_end = text[i] == '\n' || text[i] == '\r';
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
        if (line_end) {
            result += '\n';
        } else if (!is_ascii_control(text[i])) {
            result += text[i];
        }
    }
    return result;
}

std::string as_it_is(char c) {
    return {c};
}

std::string escaped(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&#39;";
        case '\n': return "<br>\n";
        default: return {c};
    }
}

std::string escaped_text(std::string_view text) {
    std::string result;
    for (const char c : text) result += escaped(c);
    return result;
}

/// What stands between the braces that open at `at`, when it is the name of a value.
MailValues::const_iterator named_at(std::string_view words, std::size_t at,
                                    const MailValues& values) {
    const auto end = words.find('}', at);
    if (words[at] != '{' || end == std::string_view::npos) return values.end();
    return values.find(words.substr(at + 1, end - at - 1));
}

/// Puts values in once, so that none is read as words; the words themselves go through `form`.
std::string filled(std::string_view words, const MailValues& values, std::string (*form)(char)) {
    std::string result;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto named = named_at(words, at, values);
        if (named == values.end()) {
            result += form(words[at]);
        } else {
            result += named->second;
            at += named->first.size() + 1;
        }
    }
    return result;
}

bool names_something_empty(std::string_view words, const MailValues& values) {
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto named = named_at(words, at, values);
        if (named != values.end() && named->second.empty()) return true;
    }
    return false;
}

bool names_the_link(std::string_view words) {
    return words.find(link_in_words) != std::string_view::npos;
}

std::vector<std::string_view> pieces_of(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> pieces;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(separator, start), text.size());
        pieces.push_back(text.substr(start, end - start));
        start = end + separator.size();
    }
    return pieces;
}

/// A paragraph's lines that have something to say. The line of the link always has.
std::string telling_lines(std::string_view paragraph, const MailValues& values) {
    std::string lines;
    for (const std::string_view line : pieces_of(paragraph, "\n")) {
        if (names_something_empty(line, values) && !names_the_link(line)) continue;
        lines.append(lines.empty() ? "" : "\n").append(line);
    }
    return lines;
}

/// The words of the body, paragraph by paragraph, without those that name what there is not. The
/// message and the link stand at the end of words that do not name them.
std::vector<std::string> telling_paragraphs(std::string words, const MailValues& values) {
    for (const std::string_view needed : {std::string_view{"{message}"}, link_in_words}) {
        if (words.find(needed) == std::string::npos) words.append("\n\n").append(needed);
    }
    std::vector<std::string> paragraphs;
    for (std::string_view paragraph : pieces_of(words, "\n\n")) {
        while (paragraph.starts_with('\n')) paragraph.remove_prefix(1);
        while (paragraph.ends_with('\n')) paragraph.remove_suffix(1);
        if (paragraph.empty()) continue;
        if (!names_something_empty(paragraph, values)) {
            paragraphs.emplace_back(paragraph);
        } else if (names_the_link(paragraph)) {
            paragraphs.push_back(telling_lines(paragraph, values));
        }
    }
    return paragraphs;
}

MailValues mail_values_of(const MailContents& contents) {
    const std::string_view language = language_of_body(contents);
    MailValues values{{"organization", one_line(contents.organization)},
                      {"inviter", one_line(contents.inviter)},
                      {"name", one_line(contents.to_name)},
                      {"role", one_line(contents.roles)},
                      {"workspaces", one_line(contents.workspaces)},
                      {"details", plain_lines(contents.details)},
                      {"link", one_line(contents.link)},
                      {"expires_at", shown_time(contents.expires_at, language)},
                      {"life", shown_life(contents.life, language)},
                      {"message", plain_lines(contents.message)}};
    ENSURE(values.size() == mail_placeholders.size());
    for (const std::string_view name : mail_placeholders) ENSURE(values.contains(name));
    return values;
}

std::string anchor(const std::string& link) {
    const std::string shown = escaped_text(link);
    std::string scheme = link.substr(0, link.find("://"));
    std::ranges::transform(scheme, scheme.begin(), ascii_lower);
    const bool leads_somewhere = scheme == "https" || scheme == "http";
    return leads_somewhere ? "<a href=\"" + shown + "\">" + shown + "</a>" : shown;
}

std::string html_of(const std::vector<std::string>& paragraphs, MailValues values,
                    const std::string& subject, std::string_view language) {
    const std::string link = anchor(values.at("link"));
    for (auto& [name, value] : values) value = escaped_text(value);
    values["link"] = link;
    std::string html = "<!DOCTYPE html>\n<html lang=\"" + escaped_text(language) +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped_text(subject) +
                       "</title>\n</head>\n<body>\n";
    for (const std::string& paragraph : paragraphs) {
        html += "<p dir=\"auto\">" + filled(paragraph, values, escaped) + "</p>\n";
    }
    return html + "</body>\n</html>\n";
}

}  // namespace

std::string one_line(std::string_view given) {
    const std::string text = valid_utf8(std::string{given});
    std::string result;
    for (const char c : text) {
        if (c != ' ' && !is_ascii_control(c)) {
            result += c;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    if (result.ends_with(' ')) result.pop_back();
    return result;
}

WordedMail worded_mail(const MailContents& contents) {
    const BuiltInWords& built_in = built_in_words(contents);
    const MailValues values = mail_values_of(contents);
    WordedMail mail;
    mail.subject =
        one_line(filled(chosen_words(contents, "subject", built_in.subject), values, as_it_is));
    const auto paragraphs =
        telling_paragraphs(plain_lines(chosen_words(contents, "body", built_in.body)), values);
    for (const std::string& paragraph : paragraphs) {
        mail.text.append(mail.text.empty() ? "" : "\n\n");
        mail.text += filled(paragraph, values, as_it_is);
    }
    mail.text += "\n";
    mail.html = html_of(paragraphs, values, mail.subject, language_of_body(contents));
    return mail;
}

}  // namespace muster
