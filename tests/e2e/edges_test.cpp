// Edges over the real binary: the operator's key to a data folder, which is told to a terminal
// alone, gone for good when it was deleted and made again by hand; and bytes that are no text.
#include "tests/program/scene.h"

#include <gmock/gmock.h>

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class OperatorKey : public Scene {
 protected:
    /// Deletes the only key there is, by itself.
    void delete_it() const {
        Client client = the_operator();
        const auto keys = client.get("/v1/api-keys").json().at("api_keys").as_array();
        ASSERT_EQ(keys.size(), 1U);
        const std::string id{keys.at(0).at("id").as_string()};
        EXPECT_EQ(client.remove("/v1/api-keys/" + id).status, 204);
        EXPECT_EQ(client.get("/v1/log").status, 401);
    }
    Finished make_another() const {
        return run_muster({"operator-key", "new", "--data", data.string()});
    }
};

TEST_F(OperatorKey, IsNotToldToAPipe) {
    EXPECT_THAT(server->greeting(), HasSubstr("operator-key (readable by you alone)"));
    EXPECT_THAT(server->greeting(), Not(HasSubstr(server->key())));
    EXPECT_THAT(text_of(data.string() + ".log"), Not(HasSubstr(server->key())));
}

TEST_F(OperatorKey, StaysDeletedUntilSomebodyMakesAnotherOnTheFolder) {
    delete_it();
    EXPECT_NE(make_another().code, 0);  // the server has the folder
    for (const bool with_file : {true, false}) {
        if (!with_file) fs::remove(data / "operator-key");
        restart();
        EXPECT_THAT(server->greeting(), HasSubstr("muster operator-key new"));
        EXPECT_EQ(the_operator().get("/v1/log").status, 401);
    }
    server->stop();
    EXPECT_NE(run_muster({"verify", "--data", data.string()}).code, 0);
    const Finished made = make_another();
    EXPECT_EQ(made.code, 0) << made.errors;
    EXPECT_NE(make_another().code, 0);  // there is one now
    restart();
    EXPECT_EQ(the_operator().get("/v1/log").status, 200);
    EXPECT_EQ(the_operator().get("/v1/api-keys").json().at("api_keys").as_array().size(), 1U);
}

TEST_F(OperatorKey, AFolderThatWasOpenIsClosedInWords) {
    server->stop();
    fs::permissions(data, fs::perms::all);
    restart();
    EXPECT_EQ(fs::status(data).permissions(), fs::perms::owner_all);
    EXPECT_THAT(text_of(data.string() + ".log"), HasSubstr("was open to others"));
}

using RequestBytes = Scene;

TEST_F(RequestBytes, AreTextInWhatTheServerAnswers) {
    const Founded acme = found("conance");
    Client ada = server->client_for(acme.founder);
    const Reply made =
        ada.post(acme.path + "/roles?%ff=1", boost::json::object{}, {"User-Agent: \xff"});
    EXPECT_EQ(made.status, 400);
    EXPECT_THAT(made.body, Not(HasSubstr("\xff")));
    EXPECT_EQ(made.json().at("errors").at(0).at("field"), "the query") << made.body;
    const Reply renamed = ada.patch(acme.path, {{"name", "Acme 2"}}, {"User-Agent: \xff"});
    EXPECT_EQ(renamed.status, 200) << renamed.body;
    const Reply audit = ada.get(acme.path + "/audit");
    EXPECT_THAT(audit.body, HasSubstr("\xEF\xBF\xBD"));
    EXPECT_TRUE(audit.json().is_object());
    EXPECT_EQ(ada.get(acme.path, {"Muster-Actor;"}).status, 400);  // an empty one beside hers
}

}  // namespace
}  // namespace muster::testing
