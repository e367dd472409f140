# muster_layer(NAME SOURCES... PUBLIC_LINKS ... PRIVATE_LINKS ...): one static library for one folder.
function(muster_layer name)
    cmake_parse_arguments(LAYER "" "" "PUBLIC_LINKS;PRIVATE_LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    add_library(muster_${name} STATIC ${sources})
    target_link_libraries(muster_${name}
        PUBLIC muster_flags ${LAYER_PUBLIC_LINKS}
        PRIVATE ${LAYER_PRIVATE_LINKS})
endfunction()
