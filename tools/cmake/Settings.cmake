# Compiler, warnings and speed of the build: ccache, mold, precompiled headers.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(MUSTER_TESTS "Build the tests" ON)
option(MUSTER_WARNINGS_ARE_ERRORS "Off where a compiler or sanitizer warns of more than GCC does" ON)
set(MUSTER_SUITES "" CACHE STRING "The test suites, by name; empty for all but fuzz")
set(MUSTER_SANITIZE "" CACHE STRING "Value of -fsanitize for our own code, for example address,undefined")

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Every library of ours is compiled with these; other people's headers are system headers.
add_library(muster_flags INTERFACE)
target_compile_options(muster_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum
    $<$<BOOL:${MUSTER_WARNINGS_ARE_ERRORS}>:-Werror>
    -Wno-missing-field-initializers)  # GCC 12 warns of members that have a default, too
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # It takes each source of a batch for a header, in which no type should have parts that are the
    # source's own.
    target_compile_options(muster_flags INTERFACE -Wno-subobject-linkage)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    # It warns of captures that only some instances of a template use.
    target_compile_options(muster_flags INTERFACE -Wno-unused-lambda-capture)
endif()
if(MUSTER_SANITIZE STREQUAL thread)
    # It warns of the fences in Asio, which does not rely on them alone.
    target_compile_options(muster_flags INTERFACE -Wno-tsan)
endif()
target_include_directories(muster_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})

if(MUSTER_SANITIZE)
    add_compile_options(-fsanitize=${MUSTER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${MUSTER_SANITIZE})
endif()
