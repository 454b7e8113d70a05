# The libraries that whomay links, found as Debian ships them.
find_package(absl REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(RapidJSON REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(LIBYAML REQUIRED IMPORTED_TARGET yaml-0.1)
if(WHOMAY_BUILD_CLI OR WHOMAY_BUILD_TESTS)
  find_package(CLI11 CONFIG REQUIRED)
endif()
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)  # the name is older than 0.8
endif()
