# Lists whose entries come from the files of a folder.

# partwise_registry(TARGET FUNCTION ENTRY HEADER KEY FOLDER): compiles into TARGET the function
#   const std::vector<ENTRY>& partwise::internal::FUNCTION()
# which HEADER declares. It returns the entries that the files of FOLDER add, sorted by their member KEY. Each
# FOLDER/NAME.cc defines
#   void partwise::internal::register_NAME(std::vector<ENTRY>& entries)
# A new file needs no change in any list.
function(partwise_registry target function entry header key folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  # These files define the same names, so they cannot be compiled in groups.
  set_source_files_properties(${files} TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set(declarations "")
  set(calls "")
  foreach(file ${files})
    cmake_path(GET file STEM name)
    string(APPEND declarations "void register_${name}(std::vector<${entry}>& entries);\n")
    string(APPEND calls "    register_${name}(entries);\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "\
// Made by CMake: what the files of ${folder} register.
#include <algorithm>
#include <vector>

#include \"${header}\"

namespace partwise::internal {

${declarations}
const std::vector<${entry}>& ${function}() {
  static const std::vector<${entry}> all = [] {
    std::vector<${entry}> entries;
${calls}    std::ranges::sort(entries, {}, &${entry}::${key});
    return entries;
  }();
  return all;
}

}  // namespace partwise::internal
")
  target_sources(${target} PRIVATE ${source})
endfunction()
