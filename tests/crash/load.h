// The load under which servers are killed, as its clients remember it, and what a restarted server
// must still have of it.
#pragma once

#include "tests/program/program.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster::testing {

/// One request, as its client remembers it.
struct Asked {
    std::string key;
    std::string target;
    std::string body;
    std::string shown;       ///< what the lists show of it
    std::string answer;      ///< empty while unanswered
    std::string invitation;  ///< that the answer names, if any
};

struct Remembered {
    std::vector<Asked> requests;
    std::string checkpoint;  ///< the newest that was fetched; empty where none was
};

/// Clients that make workspaces and invite people into one organisation until they are stopped or
/// get no answer.
class Load {
 public:
    Load(const Program& server, std::string path, int round);
    /// Ends it, with the server dead already.
    Remembered stop();
    int answered() const { return answered_; }

 private:
    void run(int client_number);
    Asked request(int client_number, int number) const;

    const Program& server_;
    const std::string path_;
    const int round_;
    std::atomic<bool> stopped_ = false;
    std::atomic<int> answered_ = 0;
    std::mutex mutex_;
    Remembered remembered_;
    std::vector<std::thread> threads_;
};

/// What a restarted server has of the requests: a line for each that it lost, changed or doubled.
/// Asks all of them again and keeps the answers.
std::vector<std::string> missing_of(Client& client, const std::string& path,
                                    std::vector<Asked>& requests);
/// Nothing when the server proves that its log begins with the one that the checkpoint was signed
/// for; else why not.
std::vector<std::string> doubts_of(Client& client, const std::string& checkpoint);

}  // namespace muster::testing
