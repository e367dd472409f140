// Reads a mail the way a mail program does, for the tests: headers unfolded and decoded, the body
// decoded in both its forms. Strict, so that a mail which only looks right fails.
#pragma once

#include <gtest/gtest.h>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace muster::test {

struct MailFile {
    std::map<std::string, std::string> raw;  ///< by name, unfolded, as written
    std::map<std::string, std::string> headers;
    std::string body;  ///< the text; lines end with "\n"
    std::string html;
};

inline std::string unhexed(std::string_view text, bool underscore_is_space) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '=' && i + 2 < text.size()) {
            const std::string digits{text.substr(i + 1, 2)};
            result += static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
            i += 2;
        } else {
            result += underscore_is_space && text[i] == '_' ? ' ' : text[i];
        }
    }
    return result;
}

/// RFC 2047: white space between two encoded words is not part of the text.
inline std::string decoded_header(const std::string& value) {
    constexpr std::string_view opening = "=?UTF-8?Q?";
    std::string result;
    bool after_encoded = false;
    for (std::size_t at = 0; at < value.size();) {
        if (value.compare(at, opening.size(), opening) == 0) {
            const auto end = value.find("?=", at + opening.size());
            EXPECT_NE(end, std::string::npos);
            EXPECT_LE(end + 2 - at, 75U) << "an encoded word is too long";
            result += unhexed(value.substr(at + opening.size(), end - at - opening.size()), true);
            at = end + 2;
            after_encoded = true;
        } else if (after_encoded && value[at] == ' ' &&
                   value.compare(at + 1, opening.size(), opening) == 0) {
            ++at;
        } else {
            result += value[at++];
            after_encoded = false;
        }
    }
    return result;
}

inline std::string decoded_body(std::string_view body) {
    std::string text;
    while (!body.empty()) {
        const auto end = body.find("\r\n");
        EXPECT_NE(end, std::string_view::npos) << "a line without an end";
        if (end == std::string_view::npos) break;
        std::string_view line = body.substr(0, end);
        body.remove_prefix(end + 2);
        EXPECT_LE(line.size(), 76U);
        EXPECT_EQ(line.find_first_of("\r\n"), std::string_view::npos);
        const bool continues = line.ends_with('=');
        if (continues) line.remove_suffix(1);
        text += unhexed(line, false);
        if (!continues) text += '\n';
    }
    return text;
}

/// What the next part of a body holds, which must be of this type; taken off the body.
inline std::string taken_part(std::string_view& body, const std::string& boundary,
                              const std::string& type) {
    const std::string head = "--" + boundary + "\r\nContent-Type: " + type +
                             "; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    EXPECT_TRUE(body.starts_with(head)) << body.substr(0, head.size());
    const auto end = body.find("\r\n--" + boundary, head.size());
    EXPECT_NE(end, std::string_view::npos) << "a part without an end";
    if (!body.starts_with(head) || end == std::string_view::npos) return {};
    const std::string text = decoded_body(body.substr(head.size(), end - head.size()));
    body.remove_prefix(end + 2);
    return text;
}

/// Text and HTML, and nothing else (RFC 2046, multipart/alternative).
inline void read_parts(MailFile& mail, std::string_view body) {
    const std::string& type = mail.headers["Content-Type"];
    const std::string opening = "multipart/alternative; boundary=\"";
    EXPECT_TRUE(type.starts_with(opening) && type.ends_with('"')) << type;
    if (!type.starts_with(opening)) return;
    const std::string boundary =
        type.substr(opening.size(), type.size() - opening.size() - 1);
    EXPECT_LE(boundary.size(), 70U);
    mail.body = taken_part(body, boundary, "text/plain");
    mail.html = taken_part(body, boundary, "text/html");
    EXPECT_EQ(body, "--" + boundary + "--\r\n");
}

inline MailFile read_mail(const std::string& bytes) {
    MailFile mail;
    const auto head_end = bytes.find("\r\n\r\n");
    EXPECT_NE(head_end, std::string::npos);
    std::string name;
    for (std::size_t start = 0; start < head_end;) {
        const auto end = bytes.find("\r\n", start);
        const std::string line = bytes.substr(start, end - start);
        start = end + 2;
        EXPECT_LE(line.size(), 998U);
        EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << "a bare CR or LF";
        EXPECT_NE(line.find_first_not_of(' '), std::string::npos) << "a blank line in the head";
        if (line.starts_with(' ')) {
            mail.raw[name] += line;
            continue;
        }
        const auto colon = line.find(": ");
        EXPECT_NE(colon, std::string::npos) << line;
        name = line.substr(0, colon);
        EXPECT_FALSE(mail.raw.contains(name)) << "the header " << name << " is there twice";
        mail.raw[name] = line.substr(colon + 2);
    }
    for (const auto& [header, value] : mail.raw) mail.headers[header] = decoded_header(value);
    if (head_end != std::string::npos) {
        read_parts(mail, std::string_view{bytes}.substr(head_end + 4));
    }
    return mail;
}

}  // namespace muster::test
