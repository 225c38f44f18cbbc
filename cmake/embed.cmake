# partwise_embed(TARGET SYMBOL FILE): compiles a text file into TARGET as
#   extern "C" const char partwise_embedded_SYMBOL[]; extern "C" const unsigned long partwise_embedded_SYMBOL_size;
function(partwise_embed target symbol file)
  get_filename_component(path ${file} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cc)
  set(template "\
// Made by CMake from ${file}.
__asm__(\".section .rodata\\n.global partwise_embedded_${symbol}\\n\"
        \"partwise_embedded_${symbol}:\\n.incbin \\\"${path}\\\"\\n\"
        \"partwise_embedded_${symbol}_end:\\n.byte 0\\n.balign 8\\n.global partwise_embedded_${symbol}_size\\n\"
        \"partwise_embedded_${symbol}_size:\\n.quad partwise_embedded_${symbol}_end - partwise_embedded_${symbol}\\n.previous\\n\");
")
  file(CONFIGURE OUTPUT ${source} CONTENT "${template}" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${path})
  target_sources(${target} PRIVATE ${source})
endfunction()
