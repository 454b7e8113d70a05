# What `cmake --install` puts where. Components: library (headers, libwhomay, CMake and pkg-config
# files) and command (the whomay executable); a wheel takes the command alone.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/whomay)
install(TARGETS whomay_lib EXPORT whomay-targets COMPONENT library)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/whomay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        COMPONENT library FILES_MATCHING PATTERN "*.h")
install(EXPORT whomay-targets NAMESPACE whomay:: DESTINATION ${config_dir} COMPONENT library)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/whomay-config.cmake.in
  ${PROJECT_BINARY_DIR}/gen/whomay-config.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gen/whomay-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gen/whomay-config.cmake
  ${PROJECT_BINARY_DIR}/gen/whomay-config-version.cmake
  DESTINATION ${config_dir} COMPONENT library)

# A static libwhomay needs its private libraries at the consumer's link, a shared one does not.
set(WHOMAY_PC_PRIVATE_REQUIRES "absl_strings absl_flat_hash_map absl_flat_hash_set re2 yaml-0.1 yaml-cpp zlib")
if(BUILD_SHARED_LIBS)
  set(WHOMAY_PC_REQUIRES "absl_status absl_statusor")
else()
  set(WHOMAY_PC_REQUIRES "absl_status absl_statusor ${WHOMAY_PC_PRIVATE_REQUIRES}")
  set(WHOMAY_PC_PRIVATE_REQUIRES "")
endif()
file(RELATIVE_PATH WHOMAY_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)  # the tree may be moved
configure_file(${PROJECT_SOURCE_DIR}/cmake/whomay.pc.in ${PROJECT_BINARY_DIR}/gen/whomay.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/gen/whomay.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT library)
