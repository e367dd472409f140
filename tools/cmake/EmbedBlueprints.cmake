# embed_blueprints(TARGET): compiles domain/blueprints/*.json into TARGET, as the table that
# eventstore/form/blueprint_json.cpp answers shipped_blueprint() from.
function(embed_blueprints target)
    file(GLOB documents CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/domain/blueprints/*.json)
    set(output ${PROJECT_BINARY_DIR}/generated/eventstore/form/shipped_blueprints.cpp)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} "-DDOCUMENTS=${documents}"
                -P ${PROJECT_SOURCE_DIR}/tools/cmake/WriteBlueprints.cmake
        DEPENDS ${documents} ${PROJECT_SOURCE_DIR}/tools/cmake/WriteBlueprints.cmake
        COMMENT "Embedding the shipped blueprints"
        VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
