# One folder of src/ is one library, one folder of tests/ one test program: a new file is built
# without touching a list.

function(partwise_warnings target)
  # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-missing-field-initializers
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${PARTWISE_WERROR}>:-Werror>)
endfunction()

# The headers that most files include, parsed once for each set of compiler options.
set(partwise_precompiled <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string>
    <string_view> <utility> <vector> <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp>)

# partwise_folder(NAME [LINK libraries...]); a file main.cc is left to the program that it belongs to.
function(partwise_folder name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(partwise_${name} STATIC ${sources})
  target_include_directories(partwise_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(partwise_${name} PUBLIC fmt::fmt nlohmann_json::nlohmann_json ${arg_LINK})
  target_precompile_headers(partwise_${name} PRIVATE ${partwise_precompiled})
  partwise_warnings(partwise_${name})
endfunction()

# partwise_cold(NAME...): folders in which no time is spent that a user could notice are compiled in half the time.
function(partwise_cold)
  foreach(name ${ARGN})
    target_compile_options(partwise_${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  endforeach()
endfunction()

# Formats, tokenizers, architectures, readers and commands register themselves from static objects, which a
# linker drops from an archive unless it is told to keep the whole of it.
function(partwise_keep_registrations target)
  set_property(TARGET ${target} PROPERTY LINK_LIBRARY_OVERRIDE
               "WHOLE_ARCHIVE,partwise_formats,partwise_tokenizer,partwise_model,partwise_readers,partwise_cli")
endfunction()

# partwise_tests(NAME): tests/NAME/*.cc against the folder of the same name.
function(partwise_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  add_executable(test_${name} ${sources})
  # The support brings the lower folders; naming one of these again would link its whole archive twice.
  set(upper hub tokenizer readers analysis data prompts session study report cli)
  if(name IN_LIST upper)
    target_link_libraries(test_${name} PRIVATE partwise_${name})
  endif()
  target_link_libraries(test_${name} PRIVATE partwise_test_support GTest::gtest_main GTest::gmock)
  partwise_warnings(test_${name})
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  target_precompile_headers(test_${name} PRIVATE ${partwise_precompiled} <gmock/gmock.h> <gtest/gtest.h>)
  partwise_keep_registrations(test_${name})
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120
                       PROPERTIES LABELS ${name} TIMEOUT 600)
endfunction()
