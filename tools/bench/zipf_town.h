// A history over organisations whose sizes follow Zipf: the largest has a tenth or a fifth of all
// members, half of them have some twenty. Real commands make it, interleaved as in life.
#pragma once

#include "api/engine.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace muster::bench {

class ZipfTown {
 public:
    /// Of ten commits one gives somebody an account, one has them join, and eight are sign-ins and
    /// changes of roles in turn. A hundred members an organisation in the mean.
    explicit ZipfTown(std::uint64_t commits);

    /// The whole history, into an engine that has none.
    void make(Engine& engine);
    /// A command that will be accepted, for any of the members.
    Command role_change();

    const std::vector<OrganizationId>& organizations() const { return organizations_; }
    std::size_t members() const { return members_.size(); }

 private:
    struct Member {
        std::size_t organization = 0;
        PersonId person{};
        bool is_admin = false;
    };
    std::size_t batch_end(std::size_t from) const;
    void found(Engine& engine);
    void register_people(Engine& engine, std::size_t from);
    void join(Engine& engine, std::size_t from);
    void act(Engine& engine, std::size_t joined);
    Member& somebody() { return members_[random_() % joined_]; }
    Command sign_in();

    std::vector<OrganizationId> organizations_;
    std::vector<Member> members_;  ///< in the order they join
    std::size_t joined_ = 0;
    std::mt19937_64 random_{1};
};

}  // namespace muster::bench
