# Judges in Go: programs over the real code, built beside the C++ build where Go >= 1.24 is and their
# modules are in the cache or reachable. Without them the tests that ask them are skipped, loudly.
#
#   whomay_go_judge(TARGET NAME_OF_THE_MODULES SOURCE_FOLDER PROGRAM)   builds PROGRAM with everything
#   whomay_judge_test(NAME ...)                                         add_test, skipped by "SKIPPED: "
#   ${run_judge} WHAT PROGRAM COMMAND...                                runs COMMAND if PROGRAM is there
find_program(WHOMAY_GO go)
set(go_works FALSE)
if(WHOMAY_GO)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env GOTOOLCHAIN=local ${WHOMAY_GO} env GOVERSION
                  OUTPUT_VARIABLE go_version ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX MATCH "[0-9]+\\.[0-9]+" go_version "${go_version}")
  if(go_version VERSION_GREATER_EQUAL 1.24)
    set(go_works TRUE)
  endif()
endif()

set(build_judge sh ${CMAKE_CURRENT_LIST_DIR}/build_judge.sh)
set(run_judge sh ${CMAKE_CURRENT_LIST_DIR}/run_judge.sh)

function(whomay_go_judge target modules folder program)
  if(NOT go_works)
    return()
  endif()
  add_custom_command(OUTPUT ${program}.done
                     COMMAND ${build_judge} ${modules} ${WHOMAY_GO} ${folder} ${program}
                     COMMAND ${CMAKE_COMMAND} -E touch ${program}.done
                     DEPENDS ${folder}/main.go ${folder}/go.mod ${folder}/go.sum
                             ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/build_judge.sh
                     COMMENT "Building the judge over ${modules}" VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${program}.done)
endfunction()

function(whomay_judge_test name)
  add_test(NAME ${name} ${ARGN})
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED: " TIMEOUT 3600)
endfunction()
