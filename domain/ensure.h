// ENSURE(condition): the guard against our own bugs. A false condition prints where and aborts, in
// release builds too: a membership engine that goes on after an impossible state hands out rights.
#pragma once

#include <cstdio>
#include <cstdlib>

#define ENSURE(condition)                                                                      \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            std::fprintf(stderr, "%s:%d: bug: ENSURE(%s) does not hold\n", __FILE__, __LINE__, \
                         #condition);                                                          \
            std::abort();                                                                      \
        }                                                                                      \
    } while (false)
