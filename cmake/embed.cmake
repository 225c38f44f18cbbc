# Compiles text files into the program.

# partwise_embed(TARGET SYMBOL FILE): compiles a file into TARGET as
#   extern "C" const char partwise_embedded_SYMBOL[]; extern "C" const unsigned long partwise_embedded_SYMBOL_size;
# A zero byte follows the file's own bytes and is not counted.
function(partwise_embed target symbol file)
  get_filename_component(path ${file} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cc)
  set(template "\
// Made by CMake from ${file}.
__asm__(\".section .rodata\\n\"
        \".global partwise_embedded_${symbol}\\n.hidden partwise_embedded_${symbol}\\n\"
        \"partwise_embedded_${symbol}:\\n.incbin \\\"${path}\\\"\\n\"
        \"partwise_embedded_${symbol}_end:\\n.byte 0\\n.balign 8\\n\"
        \".global partwise_embedded_${symbol}_size\\n.hidden partwise_embedded_${symbol}_size\\n\"
        \"partwise_embedded_${symbol}_size:\\n.quad partwise_embedded_${symbol}_end - partwise_embedded_${symbol}\\n.previous\\n\");
")
  file(CONFIGURE OUTPUT ${source} CONTENT "${template}" @ONLY)
  # Sources of a unity build have no dependencies of their own.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${path} SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${source})
endfunction()

# partwise_embed_table(TARGET FUNCTION PATTERN...): compiles every file that matches a pattern (relative to the root of
# the source tree) into TARGET, and defines `const std::vector<EmbeddedFile>& partwise::internal::FUNCTION()`, which lists them by
# path. A new file needs no change in any list.
function(partwise_embed_table target function)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE patterns)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${patterns})
  list(SORT files)
  set(declarations "")
  set(entries "")
  foreach(file ${files})
    string(MAKE_C_IDENTIFIER ${file} symbol)
    partwise_embed(${target} ${symbol} ${file})
    string(APPEND declarations "extern \"C\" const char partwise_embedded_${symbol}[];\n"
                               "extern \"C\" const unsigned long partwise_embedded_${symbol}_size;\n")
    string(APPEND entries "      {\"${file}\", {partwise_embedded_${symbol}, partwise_embedded_${symbol}_size}},\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "\
// Made by CMake: the files that match ${ARGN}.
#include <vector>

#include \"base/embedded.h\"

${declarations}
namespace partwise::internal {

const std::vector<EmbeddedFile>& ${function}() {
  static const std::vector<EmbeddedFile> files = {
${entries}  };
  return files;
}

}  // namespace partwise::internal
")
  target_sources(${target} PRIVATE ${source})
endfunction()
