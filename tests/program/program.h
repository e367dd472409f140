// The real muster binary as a test sees it: started on a folder, spoken to over HTTP, killed for
// real.
#pragma once

#include "tests/eventstore/temporary_folder.h"

#include <boost/json.hpp>

#include <sys/types.h>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::testing {

using test::TemporaryFolder;

struct Reply {
    long status = 0;                             ///< 0: no answer came
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    bool ok() const { return status >= 200 && status < 300; }
    boost::json::value json() const;
    std::string text(std::string_view name) const;  ///< a member of the JSON object, or empty
    std::string code() const { return text("code"); }
};

using Headers = std::vector<std::string>;  ///< "Name: value"

/// One connection to a server. One thread at a time.
class Client {
 public:
    Client(std::uint16_t port, std::string key);
    ~Client();
    Client(Client&&) noexcept;

    Reply send(const std::string& method, const std::string& target, const std::string& body = {},
               const Headers& headers = {});
    Reply get(const std::string& target, const Headers& headers = {}) {
        return send("GET", target, {}, headers);
    }
    Reply post(const std::string& target, const boost::json::value& body = boost::json::object{},
               const Headers& headers = {}) {
        return send("POST", target, boost::json::serialize(body), headers);
    }
    Reply put(const std::string& target, const boost::json::value& body,
              const Headers& headers = {}) {
        return send("PUT", target, boost::json::serialize(body), headers);
    }
    Reply patch(const std::string& target, const boost::json::value& body,
                const Headers& headers = {}) {
        return send("PATCH", target, boost::json::serialize(body), headers);
    }
    Reply remove(const std::string& target, const Headers& headers = {}) {
        return send("DELETE", target, {}, headers);
    }
    Reply remove_with(const std::string& target, const boost::json::value& body) {
        return send("DELETE", target, boost::json::serialize(body));
    }
    /// Speak for a person from here on; empty: for nobody.
    void act_for(std::string person) { actor_ = std::move(person); }

 private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
    std::uint16_t port_;
    std::string key_;
    std::string actor_;
};

/// A server that runs until it is stopped or killed.
class Program {
 public:
    /// Starts `muster serve` on the folder and waits until it listens; fails the test otherwise.
    explicit Program(const std::filesystem::path& data, std::vector<std::string> options = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::uint16_t port() const { return port_; }
    const std::string& key() const { return key_; }
    Client client() const { return Client{port_, key_}; }
    Client client_for(const std::string& person) const;
    void kill();
    /// SIGTERM; the exit code.
    int stop();
    const std::string& greeting() const { return greeting_; }

 private:
    int reap(int signal);

    std::filesystem::path data_;
    pid_t process_ = 0;
    int output_ = -1;
    std::uint16_t port_ = 0;
    std::string key_;
    std::string greeting_;
};

/// Runs the muster binary to its end.
struct Finished {
    int code = 0;
    std::string output;
    std::string errors;
};
Finished run_muster(const std::vector<std::string>& arguments);

/// The text of a file, empty where there is none.
inline std::string text_of(const std::filesystem::path& file) {
    return test::bytes_of_file(file);
}

/// The folder of real histories, or nothing (then the caller skips).
std::optional<std::filesystem::path> real_data();

}  // namespace muster::testing
