# Each folder of src/ is one library, and each folder of tests/ is one test program. A new file needs no change in any
# list.

function(partwise_warnings target)
  # GCC 12 warns of overlaps in std::string's operator+ that do not exist (GCC bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-missing-field-initializers
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${PARTWISE_WERROR}>:-Werror>)
endfunction()

# Precompiles the headers that most files include, once for each set of compiler options: precompiled_hot for folders
# with the usual options, precompiled_cold for folders of partwise_cold, precompiled_tests for tests.
function(partwise_precompile name)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/precompiled_${name}.cc "")
  add_library(precompiled_${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled_${name}.cc)
  target_include_directories(precompiled_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(precompiled_${name} PUBLIC fmt::fmt nlohmann_json::nlohmann_json)
  target_precompile_headers(precompiled_${name} PRIVATE <algorithm> <cstdint> <filesystem> <functional> <map> <memory>
                            <optional> <set> <span> <string> <string_view> <utility> <vector> <fmt/format.h>
                            <fmt/ranges.h> ${ARGN})
  partwise_warnings(precompiled_${name})
endfunction()

# partwise_folder(NAME [LINK libraries...]): the library of a folder. A file main.cc is left out; a program compiles it.
function(partwise_folder name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  add_library(partwise_${name} STATIC ${sources})
  target_include_directories(partwise_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(partwise_${name} PUBLIC fmt::fmt nlohmann_json::nlohmann_json ${arg_LINK})
  set_target_properties(partwise_${name} PROPERTIES UNITY_BUILD ${PARTWISE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  partwise_warnings(partwise_${name})
endfunction()

# partwise_cold(NAME...): folders whose speed a user would not notice. Less optimisation halves their compile time.
set(partwise_cold_options $<$<CONFIG:RelWithDebInfo>:-O1>)
function(partwise_cold)
  foreach(name ${ARGN})
    target_compile_options(partwise_${name} PRIVATE ${partwise_cold_options})
    target_precompile_headers(partwise_${name} REUSE_FROM precompiled_cold)
  endforeach()
endfunction()

# partwise_tests(NAME): a test program from all .cc files of tests/NAME and its subfolders, linked with src/NAME.
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
