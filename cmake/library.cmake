# The library that others link: libpartwise.so and libpartwise.a, from the same objects as the program.

# partwise_library(FOLDER...): both libraries from all objects of these folders, and what `cmake --install` puts where.
function(partwise_library)
  set(objects "")
  foreach(folder ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:partwise_${folder}>)
  endforeach()
  add_library(partwise_shared SHARED ${objects})
  add_library(partwise_static STATIC ${objects})
  partwise_face(partwise_shared partwise)
  partwise_face(partwise_static partwise_static)

  # Callers depend on the interface of 0.MINOR, which may change with MINOR.
  set_target_properties(partwise_shared PROPERTIES VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set(exports ${PROJECT_SOURCE_DIR}/cmake/exports.map)
  target_link_options(partwise_shared PRIVATE LINKER:--version-script=${exports})
  set_target_properties(partwise_shared PROPERTIES LINK_DEPENDS ${exports})
  partwise_install()
endfunction()

# partwise_face(TARGET NAME): how other projects see a library, as the target partwise::NAME.
function(partwise_face target name)
  add_library(partwise::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME partwise EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PRIVATE fmt::fmt OpenSSL::Crypto ZLIB::ZLIB PkgConfig::PCRE2 PkgConfig::UTF8PROC
                        yaml-cpp Threads::Threads)
endfunction()

# The targets are in two files, because whoever links the shared library needs none of the packages behind the static
# one.
function(partwise_install)
  include(CMakePackageConfigHelpers)
  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/partwise)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/partwise DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(TARGETS partwise_shared EXPORT partwiseTargets)
  install(TARGETS partwise_static EXPORT partwiseStaticTargets)
  foreach(targets partwiseTargets partwiseStaticTargets)
    install(EXPORT ${targets} NAMESPACE partwise:: DESTINATION ${package})
  endforeach()

  set(made ${CMAKE_CURRENT_BINARY_DIR})
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/partwiseConfig.cmake.in ${made}/partwiseConfig.cmake
                                INSTALL_DESTINATION ${package})
  write_basic_package_version_file(${made}/partwiseConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${made}/partwiseConfig.cmake ${made}/partwiseConfigVersion.cmake DESTINATION ${package})

  set(up /prefix)  # from the folder of partwise.pc, so that all of it can be moved
  cmake_path(RELATIVE_PATH up BASE_DIRECTORY /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/partwise.pc.in ${made}/partwise.pc @ONLY)
  install(FILES ${made}/partwise.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
