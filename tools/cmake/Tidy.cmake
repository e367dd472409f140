# The target clang_tidy, for the preset tidy: clang-tidy over every source of ours, by the checks in
# .clang-tidy. It needs a Clang's compile commands and the generated header, but nothing compiled.
find_program(RUN_CLANG_TIDY run-clang-tidy-19)
if(RUN_CLANG_TIDY)
    add_custom_target(clang_tidy
        COMMAND ${RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR} -clang-tidy-binary clang-tidy-19
                "^${PROJECT_SOURCE_DIR}/(domain|eventstore|projections|api|tools|tests)/"
        DEPENDS muster_schema
        USES_TERMINAL
        VERBATIM)
endif()
