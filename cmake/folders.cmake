# One folder of src/ is one library, one folder of tests/ one test program: a new file is built
# without touching a list.

function(partwise_warnings target)
  # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-missing-field-initializers
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${PARTWISE_WERROR}>:-Werror>)
endfunction()

# The headers that most files include are parsed once for each set of compiler options: precompiled_hot for folders with
# the usual ones, precompiled_cold for partwise_cold, precompiled_tests for tests.
function(partwise_precompile name)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/precompiled_${name}.cc "")
  add_library(precompiled_${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled_${name}.cc)
  target_include_directories(precompiled_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(precompiled_${name} PUBLIC fmt::fmt nlohmann_json::nlohmann_json)
  target_precompile_headers(precompiled_${name} PRIVATE <algorithm> <cstdint> <filesystem> <functional> <map> <memory>
                            <optional> <set> <span> <string> <string_view> <utility> <vector> <fmt/format.h>
                            <fmt/ranges.h> ${ARGN})
  partwise_warnings(precompiled_${name})
endfunction()

# partwise_folder(NAME [LINK libraries...]); a file main.cc is left to the program that it belongs to.
function(partwise_folder name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(partwise_${name} STATIC ${sources})
  target_include_directories(partwise_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(partwise_${name} PUBLIC fmt::fmt nlohmann_json::nlohmann_json ${arg_LINK})
  set_target_properties(partwise_${name} PROPERTIES UNITY_BUILD ${PARTWISE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  partwise_warnings(partwise_${name})
endfunction()

# Folders in which no time is spent that a user could notice are compiled in half the time.
set(partwise_cold_options $<$<CONFIG:RelWithDebInfo>:-O1>)
function(partwise_cold)
  foreach(name ${ARGN})
    target_compile_options(partwise_${name} PRIVATE ${partwise_cold_options})
    target_precompile_headers(partwise_${name} REUSE_FROM precompiled_cold)
  endforeach()
endfunction()

# partwise_tests(NAME): all .cc files of tests/NAME and its subfolders against the folder of the same name.
function(partwise_tests name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE partwise_${name} partwise_test_support GTest::gtest_main GTest::gmock)
  partwise_warnings(test_${name})
  target_compile_options(test_${name} PRIVATE ${partwise_cold_options})
  target_precompile_headers(test_${name} REUSE_FROM precompiled_tests)
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120
                       PROPERTIES LABELS ${name} TIMEOUT 600)
endfunction()
