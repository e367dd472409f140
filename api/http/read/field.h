// What reading a field of a request gives: a value, or nothing, and then the body has written down
// why. Nobody can take the one for the other: a field opens only to whoever shows that nothing at
// all was wrong with the body.
#pragma once

#include "domain/ensure.h"

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace muster::http {

/// That a value is missing, and that it was written down why. Only a body makes one.
class Noted {
    friend class Body;
    Noted() = default;
};

/// That nothing was wrong with a body. Only a body makes one.
class Accepted {
    friend class Body;
    Accepted() = default;
};

template <class T>
class Field;
/// The field of a value; of a field, the same.
template <class T>
struct FieldOf {
    using Type = Field<T>;
};
template <class T>
struct FieldOf<Field<T>> {
    using Type = Field<T>;
};

/// What `make` makes of several values, if all are there.
template <class Make, class... Values>
auto together(Make make, const Field<Values>&... fields);

template <class T>
class [[nodiscard]] Field {
 public:
    Field(T value) : value_{std::move(value)} {}
    Field(Noted) {}

    T& in(const Accepted&) {
        ENSURE(value_);
        return *value_;
    }
    const T& in(const Accepted&) const {
        ENSURE(value_);
        return *value_;
    }

    /// What `make` makes of the value, if there is one. It may give a field of its own.
    template <class Make>
    auto then(Make make) const {
        return together(std::move(make), *this);
    }

 private:
    template <class>
    friend class Field;
    template <class Make, class... Values>
    friend auto together(Make make, const Field<Values>&... fields);
    template <class Each>
    friend Field<std::vector<Each>> all(std::vector<Field<Each>> fields);

    Field() = default;  ///< of another without a value

    std::optional<T> value_;
};

template <class Make, class... Values>
auto together(Make make, const Field<Values>&... fields) {
    using Result = typename FieldOf<std::invoke_result_t<Make, const Values&...>>::Type;
    return (fields.value_ && ...) ? Result{make(*fields.value_...)} : Result{};
}

/// The values in their order, if all are there.
template <class Each>
Field<std::vector<Each>> all(std::vector<Field<Each>> fields) {
    std::vector<Each> values;
    values.reserve(fields.size());
    for (Field<Each>& field : fields) {
        if (!field.value_) return {};
        values.push_back(std::move(*field.value_));
    }
    return values;
}

}  // namespace muster::http
