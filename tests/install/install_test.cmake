# Run by ctest (CMakeLists.txt here): install, build examples/consumer against it, run it.
function(run)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT" "COMMAND")
  execute_process(COMMAND ${arg_COMMAND} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT result EQUAL 0)
    list(JOIN arg_COMMAND " " command)
    message(FATAL_ERROR "${command}\n${output}${errors}")
  endif()
  if(arg_OUTPUT)
    set(${arg_OUTPUT} "${output}" PARENT_SCOPE)
  endif()
endfunction()

set(prefix ${WORK_DIR}/prefix)
set(shop ${SOURCE_DIR}/examples/shop)
file(REMOVE_RECURSE ${prefix} ${WORK_DIR}/consumer)

if(KIND STREQUAL "shared")
  # Beside the build that asks: at the same depth relative paths are the same, and the cache hits.
  set(build ${BUILD_DIR}-shared)
  run(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE_DIR} -B ${build} -DBUILD_SHARED_LIBS=ON
      -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_COMPILER=${COMPILER} -DWHOMAY_BUILD_TESTS=OFF
      -DWHOMAY_WARNINGS_AS_ERRORS=${WERROR})
  run(COMMAND ${CMAKE_COMMAND} --build ${build})
  set(BUILD_DIR ${build})
endif()
run(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})

# Nothing of the build tree is left in what is installed.
file(GLOB_RECURSE texts ${prefix}/*.cmake ${prefix}/*.pc ${prefix}/*.h)
foreach(text IN LISTS texts)
  file(READ ${text} content)
  string(FIND "${content}" "${SOURCE_DIR}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${text} names the source tree")
  endif()
endforeach()

# The command stands alone, whatever the library is.
run(COMMAND ${prefix}/bin/whomay who get secrets -n shop -f ${shop}/change/plan.json -f ${shop}/manifests)

set(question shop ${shop}/change/plan.json ${shop}/manifests)
run(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE_DIR}/examples/consumer -B ${WORK_DIR}/consumer
    -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=${BUILD_TYPE})
run(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}/consumer)
run(OUTPUT by_cmake COMMAND ${WORK_DIR}/consumer/secret_readers ${question})
if(NOT by_cmake MATCHES "role/shop-admin")
  message(FATAL_ERROR "the consumer does not find shop-admin among the readers of secrets:\n${by_cmake}")
endif()

file(GLOB_RECURSE pc ${prefix}/whomay.pc)
cmake_path(GET pc PARENT_PATH pc_dir)
set(ENV{PKG_CONFIG_PATH} ${pc_dir})
run(OUTPUT flags COMMAND pkg-config --cflags --libs whomay)
separate_arguments(flags UNIX_COMMAND "${flags}")
cmake_path(GET pc_dir PARENT_PATH lib_dir)
run(COMMAND ${COMPILER} -std=c++20 ${SOURCE_DIR}/examples/consumer/secret_readers.cc
    -o ${WORK_DIR}/by_pkg_config ${flags} -Wl,-rpath,${lib_dir})
run(OUTPUT by_pkg_config COMMAND ${WORK_DIR}/by_pkg_config ${question})
if(NOT by_pkg_config STREQUAL by_cmake)
  message(FATAL_ERROR "find_package and pkg-config build different programs")
endif()

if(KIND STREQUAL "shared")
  file(GLOB library ${lib_dir}/libwhomay.so.*.*.*)
  run(OUTPUT symbols COMMAND nm -DC --defined-only ${library})
  # Ours only: templates of the standard library and abseil are weak and everybody's.
  string(REGEX MATCHALL "[0-9a-f]+ [TBDR] [^\n]+" symbols "${symbols}")
  list(TRANSFORM symbols REPLACE "^[0-9a-f]+ . " "")
  list(SORT symbols)
  list(JOIN symbols "\n" symbols)
  file(READ ${SOURCE_DIR}/tests/install/symbols.txt wanted)
  file(WRITE ${WORK_DIR}/symbols.txt "${symbols}\n")
  if(NOT "${symbols}\n" STREQUAL wanted)
    execute_process(COMMAND diff -u ${SOURCE_DIR}/tests/install/symbols.txt ${WORK_DIR}/symbols.txt)
    message(FATAL_ERROR "libwhomay exports other symbols than tests/install/symbols.txt lists")
  endif()
endif()
