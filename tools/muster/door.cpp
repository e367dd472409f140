// Two doors: libcurl to a running server, and an engine of our own.
#include "tools/muster/door.h"

#include "api/http/api.h"
#include "api/operator_key.h"

#include <curl/curl.h>

#include <fstream>
#include <future>

namespace muster::tool {
namespace {

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * count);
    return size * count;
}

class RemoteDoor final : public Door {
 public:
    RemoteDoor(std::string base, std::filesystem::path socket, std::string api_key)
        : base_{std::move(base)},
          socket_{std::move(socket)},
          authorization_{"Authorization: Bearer " + api_key},
          curl_{curl_easy_init(), curl_easy_cleanup} {}

    std::expected<http::Response, std::string> ask(const std::string& method,
                                                   const std::string& target,
                                                   const std::string& body) override {
        CURL* curl = curl_.get();
        if (curl == nullptr) return std::unexpected("libcurl cannot start");
        curl_easy_reset(curl);
        std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers{
            curl_slist_append(nullptr, authorization_.c_str()), curl_slist_free_all};
        curl_slist_append(headers.get(), "Expect:");
        http::Response response;
        const std::string url = base_ + target;
        const std::string socket = socket_.string();
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        if (!socket.empty()) curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
        if (!body.empty()) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(body.size()));
        }
        const CURLcode code = curl_easy_perform(curl);
        if (code != CURLE_OK) return std::unexpected(curl_easy_strerror(code));
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        response.status = static_cast<unsigned>(status);
        return response;
    }

 private:
    const std::string base_;
    const std::filesystem::path socket_;
    const std::string authorization_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

class LocalDoor final : public Door {
 public:
    LocalDoor(std::unique_ptr<Engine> engine, const std::string& api_key)
        : engine_{std::move(engine)},
          api_{std::make_unique<http::Api>(*engine_)},
          authorization_{"Bearer " + api_key} {}

    std::expected<http::Response, std::string> ask(const std::string& method,
                                                   const std::string& target,
                                                   const std::string& body) override {
        std::promise<http::Response> promise;
        auto response = promise.get_future();
        api_->handle({.method = method,
                      .target = target,
                      .headers = {{"authorization", authorization_}},
                      .body = body,
                      .peer = "local",
                      .local_socket = true},
                     [&promise](http::Response answer) { promise.set_value(std::move(answer)); });
        return response.get();
    }

 private:
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<http::Api> api_;
    const std::string authorization_;
};

std::string key_in(const std::filesystem::path& data) {
    std::ifstream in{data / "operator-key"};
    std::string secret;
    in >> secret;
    return secret;
}

std::expected<std::unique_ptr<Door>, std::string> open_local(const DoorOptions& options) {
    auto engine = open_engine({.data = options.data});
    if (!engine) {
        const Failure& failure = engine.error();
        if (failure.kind == FailureKind::in_use) {
            return std::unexpected(
                options.data.string() + " is open in another process that does not answer on " +
                socket_in(options.data).string() + "; name its address with --url, or stop it");
        }
        return std::unexpected(std::string{name_of(failure.kind)} + ": " + failure.detail);
    }
    const auto key = operator_key(**engine, options.data);
    if (!key) return std::unexpected(key.error().detail);
    const std::string secret = options.api_key.empty() ? key->secret : options.api_key;
    if (secret.empty()) {
        return std::unexpected("the operator's key of " + options.data.string() +
                               " was deleted; name another with --api-key, or make one: muster "
                               "operator-key new");
    }
    return std::make_unique<LocalDoor>(std::move(*engine), secret);
}

}  // namespace

std::filesystem::path socket_in(const std::filesystem::path& data) {
    return data / "muster.sock";
}

std::expected<std::unique_ptr<Door>, std::string> open_door(const DoorOptions& options) {
    const std::string key = options.api_key.empty() ? key_in(options.data) : options.api_key;
    if (!options.url.empty()) {
        if (key.empty()) {
            return std::unexpected(
                "no API key: set MUSTER_API_KEY, or --data to the server's folder");
        }
        return std::make_unique<RemoteDoor>(options.url, "", key);
    }
    const std::filesystem::path socket = socket_in(options.data);
    if (std::filesystem::exists(socket)) {
        std::unique_ptr<Door> remote =
            std::make_unique<RemoteDoor>("http://localhost", socket, key);
        if (remote->ask("GET", "/healthz")) return remote;
    }
    if (!std::filesystem::exists(options.data)) {
        return std::unexpected(options.data.string() +
                               " does not exist; name the data folder with --data");
    }
    return open_local(options);
}

}  // namespace muster::tool
