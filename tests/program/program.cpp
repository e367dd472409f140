// Starting, asking and ending the real binary.
#include "tests/program/program.h"

#include "tests/checkout.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

extern char** environ;

namespace muster::testing {
namespace {

std::size_t append_body(char* bytes, std::size_t size, std::size_t count, void* target) {
    static_cast<std::string*>(target)->append(bytes, size * count);
    return size * count;
}

std::size_t append_header(char* bytes, std::size_t size, std::size_t count, void* target) {
    const std::string_view line{bytes, size * count};
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos) {
        std::string name{line.substr(0, colon)};
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        std::string_view value = line.substr(colon + 2);
        while (value.ends_with('\r') || value.ends_with('\n')) value.remove_suffix(1);
        (*static_cast<std::map<std::string, std::string>*>(target))[name] = value;
    }
    return size * count;
}

/// Starts the binary; its standard output goes to `output`, its errors to `errors` (a file).
pid_t spawn(const std::vector<std::string>& arguments, int output,
            const std::filesystem::path& errors) {
    std::vector<std::string> words{test::muster_binary()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t process = 0;
    const int failed =
        posix_spawn(&process, pointers.front(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? process : -1;
}

}  // namespace

boost::json::value Reply::json() const {
    boost::system::error_code error;
    auto value = boost::json::parse(body, error);
    if (error) ADD_FAILURE() << "status " << status << ", not JSON: " << body;
    return value;
}

std::string Reply::text(std::string_view name) const {
    boost::system::error_code error;
    const auto value = boost::json::parse(body, error);
    if (error || !value.is_object()) return {};
    const auto* member = value.get_object().if_contains(name);
    if (member == nullptr) return {};
    return member->is_string() ? std::string{member->get_string()}
                               : boost::json::serialize(*member);
}

struct Client::Handle {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), curl_easy_cleanup};
};

Client::Client(std::uint16_t port, std::string key)
    : handle_{std::make_unique<Handle>()}, port_{port}, key_{std::move(key)} {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Reply Client::send(const std::string& method, const std::string& target, const std::string& body,
                   const Headers& headers) {
    CURL* curl = handle_->curl.get();
    curl_easy_reset(curl);
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    if (!key_.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + key_).c_str());
    if (!actor_.empty()) list = curl_slist_append(list, ("Muster-Actor: " + actor_).c_str());
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    const std::string url = "http://127.0.0.1:" + std::to_string(port_) + target;
    Reply reply;
    constexpr long most_seconds = 60;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, most_seconds);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, append_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply.headers);
    if (!body.empty() || method == "POST" || method == "PUT") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    if (curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    }
    curl_slist_free_all(list);
    return reply;
}

Program::Program(const std::filesystem::path& data, std::vector<std::string> options)
    : data_{data} {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        ADD_FAILURE() << "no pipe";
        return;
    }
    std::vector<std::string> arguments{"serve", "--data", data.string(), "--port", "0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    process_ = spawn(arguments, pipe_ends[1], data.string() + ".log");
    close(pipe_ends[1]);
    output_ = pipe_ends[0];
    char byte = 0;
    while (!greeting_.ends_with("Stop with Ctrl-C.\n") && read(output_, &byte, 1) == 1) {
        greeting_ += byte;
    }
    const std::string mark = "Muster listens on http://127.0.0.1:";
    const auto at = greeting_.find(mark);
    if (at == std::string::npos) {
        ADD_FAILURE() << "the server did not start: " << text_of(data.string() + ".log");
        return;
    }
    port_ = static_cast<std::uint16_t>(std::stoi(greeting_.substr(at + mark.size())));
    key_ = text_of(data / "operator-key");
    while (key_.ends_with('\n')) key_.pop_back();
}

Program::~Program() {
    kill();
}

Client Program::client_for(const std::string& person) const {
    Client client{port_, key_};
    client.act_for(person);
    return client;
}

int Program::reap(int signal) {
    if (process_ <= 0) return -1;
    ::kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    close(output_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Program::kill() {
    reap(SIGKILL);
}

int Program::stop() {
    return reap(SIGTERM);
}

Finished run_muster(const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    const auto output_file = folder.path() / "output";
    const auto errors_file = folder.path() / "errors";
    const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const pid_t process = spawn(arguments, output, errors_file);
    close(output);
    int status = 0;
    waitpid(process, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(output_file),
            text_of(errors_file)};
}

std::optional<std::filesystem::path> real_data() {
    const char* named = std::getenv("MUSTER_REAL_DATA");
    const std::filesystem::path folder =
        named != nullptr && *named != '\0'
            ? std::filesystem::path{named}
            : test::checkout().parent_path() / "shared" / "data";
    if (!std::filesystem::exists(folder / "kubernetes-sigs-history.jsonl")) return std::nullopt;
    return folder;
}

}  // namespace muster::testing
