// A value that its copies share until one of them changes it: for what is read all the time and
// changed now and then, as a change copies all of it. Threads: like any value, one at a time for
// each; copies may live on different threads.
#pragma once

#include <memory>

namespace muster {

template <class T>
class SharedValue {
 public:
    SharedValue() = default;
    // A copy costs no more than a move, which would leave nothing behind.
    SharedValue(const SharedValue&) = default;
    SharedValue& operator=(const SharedValue&) = default;
    ~SharedValue() = default;

    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    /// A copy of its own, to change. Valid until it is copied from.
    T& edit() {
        auto own = std::make_shared<T>(*value_);
        T& value = *own;
        value_ = std::move(own);
        return value;
    }
    bool operator==(const SharedValue& other) const {
        return value_ == other.value_ || *value_ == *other.value_;
    }

 private:
    std::shared_ptr<const T> value_ = std::make_shared<const T>();
};

}  // namespace muster
