// A log and a key store that hand everything on to another. Tests override what is to go wrong.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"

namespace muster::test {

class LogWrapper : public EventLog {
 public:
    explicit LogWrapper(EventLog& log) : log_{log} {}

    std::expected<Position, Failure> append(Position head,
                                            std::span<const Commit> commits) override {
        return log_.append(head, commits);
    }
    std::expected<void, Failure> reopen() override { return log_.reopen(); }
    Position head() const override { return log_.head(); }
    Instant head_recorded_at() const override { return log_.head_recorded_at(); }
    std::expected<std::vector<Commit>, Failure> read(Position from,
                                                     std::size_t count) const override {
        return log_.read(from, count);
    }
    std::expected<std::vector<StoredCommit>, Failure> read_stored(
        Position from, std::size_t count) const override {
        return log_.read_stored(from, count);
    }
    std::expected<std::vector<Commit>, Failure> read_stream(StreamId stream, Version from,
                                                            std::size_t count) const override {
        return log_.read_stream(stream, from, count);
    }
    std::expected<std::optional<RequestHit>, Failure> find_request(
        const Digest& key) const override {
        return log_.find_request(key);
    }
    std::expected<std::vector<OrganizationId>, Failure> organizations_of(
        PersonId person) const override {
        return log_.organizations_of(person);
    }
    TreeHead tree_head() const override { return log_.tree_head(); }
    const TreeNodes& tree() const override { return log_.tree(); }
    std::expected<std::vector<std::string>, Failure> check_rows(
        std::span<const Commit> commits) const override {
        return log_.check_rows(commits);
    }
    bool wait_beyond(Position position, std::chrono::milliseconds at_most) const override {
        return log_.wait_beyond(position, at_most);
    }
    const boost::uuids::uuid& id() const override { return log_.id(); }
    std::uint64_t key_seq() const override { return log_.key_seq(); }
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        return log_.size_by_part();
    }

 private:
    EventLog& log_;
};

class KeyStoreWrapper : public KeyStore {
 public:
    explicit KeyStoreWrapper(KeyStore& keys) : keys_{keys} {}

    std::expected<PersonId, Failure> person_for(std::string_view address) override {
        return keys_.person_for(address);
    }
    std::expected<std::optional<PersonId>, Failure> find_person(
        std::string_view address) const override {
        return keys_.find_person(address);
    }
    std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text) override {
        return keys_.seal(scope, text);
    }
    std::expected<std::optional<Sealed>, Failure> seal_if_known(
        const SealScope& scope, std::string_view text) const override {
        return keys_.seal_if_known(scope, text);
    }
    std::expected<std::optional<std::string>, Failure> unseal(const SealScope& scope,
                                                              const Sealed& sealed) const override {
        return keys_.unseal(scope, sealed);
    }
    Digest token_mac(std::string_view text) const override { return keys_.token_mac(text); }
    Digest request_mac(std::string_view text) const override { return keys_.request_mac(text); }
    std::expected<void, Failure> put_api_key(const ApiKeyRecord& key) override {
        return keys_.put_api_key(key);
    }
    std::expected<bool, Failure> delete_api_key(const boost::uuids::uuid& id) override {
        return keys_.delete_api_key(id);
    }
    std::vector<ApiKeyRecord> api_keys() const override { return keys_.api_keys(); }
    std::optional<ApiKeyRecord> api_key_by_hash(const Digest& hash) const override {
        return keys_.api_key_by_hash(hash);
    }
    std::expected<bool, Failure> extend_api_key(const boost::uuids::uuid& id,
                                                OrganizationId organization) override {
        return keys_.extend_api_key(id, organization);
    }
    std::optional<bool> had_operator_key() const override { return keys_.had_operator_key(); }
    std::uint64_t key_seq() const override { return keys_.key_seq(); }
    std::expected<void, Failure> sync() override { return keys_.sync(); }
    std::expected<void, Failure> reopen() override { return keys_.reopen(); }
    std::expected<void, Failure> copy_to(const TakeKeyRow& take) const override {
        return keys_.copy_to(take);
    }

 private:
    KeyStore& keys_;
};

}  // namespace muster::test
