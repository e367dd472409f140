// Personal data never reaches log/: a canary in every input field and header is in no file there.
#include "tests/program/scene.h"

namespace muster::testing {
namespace {

using Canary = Scene;

/// The files under a folder that hold a text, in one of the forms it may have been written.
std::vector<std::string> files_with(const std::filesystem::path& folder, const std::string& text) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file()) continue;
        if (text_of(entry.path()).find(text) != std::string::npos) {
            found.push_back(entry.path().string());
        }
    }
    return found;
}

TEST_F(Canary, IsInNoFileOfTheLogOrTheKeys) {
    const Founded acme = found("open-source", "canaryfounder");
    int requests = 0;
    const auto headers = [&requests] {
        return Headers{"User-Agent: canaryagent",
                       "Idempotency-Key: canarykey" + std::to_string(++requests),
                       "X-Forwarded-For: canaryforwarded", "Referer: canaryreferer"};
    };
    Client client = server->client_for(acme.founder);
    const Reply invited = client.post(acme.path + "/invitations",
                                      {{"address", "canaryaddress@canarydomain.example"},
                                       {"name", "canaryname"},
                                       {"message", "canarymessage"},
                                       {"role", "member"}},
                                      headers());
    ASSERT_EQ(invited.status, 201) << invited.body;
    const std::string invitation{invited.json().at("rows").at(0).at("invitation").as_string()};
    Client operating = the_operator();
    const Reply registered = operating.post(
        "/v1/people",
        {{"address", "canaryaccount@example.org"}, {"name", "canaryperson"}, {"verified", true}},
        headers());
    ASSERT_EQ(registered.status, 201);
    const std::string cancel = acme.path + "/invitations/" + invitation + "/cancel";
    ASSERT_EQ(client.post(cancel, {{"reason", "canaryreason"}}, headers()).status, 200);
    client.post(acme.path + "/invitations",
                {{"address", "canaryrefused@example.org"},
                 {"name", "canaryrefusedname"},
                 {"role", "emperor"}},
                headers());
    client.send("POST", acme.path + "/invitations", "{\"canarybroken\":", headers());
    client.get(acme.path + "/members?q=canarysearch", headers());
    // A clean stop would leave some of it in compressed files, which hide it.
    server->kill();

    EXPECT_EQ(files_with(data / "log", "canary"), std::vector<std::string>{});
    EXPECT_EQ(files_with(data / "keys", "canary"), std::vector<std::string>{});
    // The control: what may be thrown away does hold it, so the search can find it.
    EXPECT_NE(files_with(data / "views", "canaryname"), std::vector<std::string>{});
    // Names of workspaces and organisations stay in clear, as the documentation says.
    EXPECT_NE(files_with(data / "log", "Acme"), std::vector<std::string>{});
}

}  // namespace
}  // namespace muster::testing
