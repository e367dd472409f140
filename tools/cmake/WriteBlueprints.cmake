# Run with -P: writes OUTPUT, a C++ table of the JSON texts in DOCUMENTS by file name.
set(rows "")
foreach(document IN LISTS DOCUMENTS)
    get_filename_component(name ${document} NAME_WE)
    file(READ ${document} text)
    string(APPEND rows "    {\"${name}\", R\"blueprint(${text})blueprint\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from domain/blueprints.
#include \"eventstore/form/shipped_blueprints.h\"

namespace muster {

const std::vector<ShippedBlueprint>& shipped_blueprint_table() {
    static const std::vector<ShippedBlueprint> table{
${rows}    };
    return table;
}

}  // namespace muster
")
