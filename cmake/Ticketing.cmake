# The three things a folder can be: a library, a program, a set of tests.
option(TICKETING_TESTS "Build the tests" OFF)
option(TICKETING_BENCHMARKS "Build the benchmarks" OFF)
option(TICKETING_UNITY "Compile the files of a target together" ON)
option(TICKETING_COVERAGE "Instrument for llvm-cov" OFF)
set(TICKETING_SANITIZER "" CACHE STRING "address,undefined or thread")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")              # assertions of our own stay on; NDEBUG is not defined
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -gline-tables-only")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_program(TICKETING_CCACHE ccache)
if(TICKETING_CCACHE)
  # As ccache needs it for precompiled headers; see precompile.sh for the checksums.
  set(ccache_environment env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_environment} "${TICKETING_CCACHE}")
endif()

add_library(ticketing_options INTERFACE)
target_include_directories(ticketing_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(ticketing_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-designated-field-initializers -Werror -ftemplate-depth=1024)
if(TICKETING_UNITY)
  # CMake includes each file by its whole path, which would stand in messages and differ between checkouts.
  add_compile_options("-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")
endif()
target_compile_definitions(ticketing_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW)
target_link_libraries(ticketing_options INTERFACE Threads::Threads)
target_link_options(ticketing_options INTERFACE -fuse-ld=lld-19)
if(TICKETING_SANITIZER)
  target_compile_options(ticketing_options INTERFACE
    # Debian's libfmt is built without type information that the vptr check could trust.
    -fsanitize=${TICKETING_SANITIZER} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ticketing_options INTERFACE -fsanitize=${TICKETING_SANITIZER})
endif()
if(TICKETING_COVERAGE)
  target_compile_options(ticketing_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(ticketing_options INTERFACE -fprofile-instr-generate)
endif()
if(TICKETING_TESTS)
  find_package(GTest REQUIRED)
  add_library(ticketing_test_options INTERFACE)
  target_link_libraries(ticketing_test_options INTERFACE ticketing_options GTest::gmock GTest::gtest_main)
  target_include_directories(ticketing_test_options INTERFACE "${CMAKE_SOURCE_DIR}/tests")
  # A test's own statements run once; optimising them takes longer than it saves.
  target_compile_options(ticketing_test_options INTERFACE -O0)
endif()
include(Precompile)

# Files of a target are compiled as one: what they all include, and the templates that they all use, cost
# once. So their names in unnamed namespaces must differ. A file whose names do not is compiled apart.
set(CMAKE_UNITY_BUILD ${TICKETING_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 24)
function(ticketing_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# ticketing_library(NAME SOURCES … DEPENDS … [PRIVATE_DEPENDS …])
function(ticketing_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ticketing_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  ticketing_precompile(${name} "" ${ARG_DEPENDS})
endfunction()

# Everything that `./run` may start; no tests.
add_custom_target(programs)

# ticketing_program(NAME [INTERNAL] SOURCES … DEPENDS …); INTERNAL: a benchmark or a tool of tests,
# which ./run does not start
function(ticketing_program name)
  cmake_parse_arguments(ARG "INTERNAL" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ticketing_options ${ARG_DEPENDS})
  ticketing_precompile(${name} "" ${ARG_DEPENDS})
  if(NOT TICKETING_SANITIZER)
    # Takes malloc's place by being linked: a tenth to a fifth more orders a second.
    target_link_options(${name} PRIVATE -Wl,--push-state,--no-as-needed)
    target_link_libraries(${name} PRIVATE mimalloc)
    target_link_options(${name} PRIVATE -Wl,--pop-state)
  endif()
  if(NOT ARG_INTERNAL)
    add_dependencies(programs ${name})
  endif()
endfunction()

# ticketing_jailed_program(NAME SOURCES … LIBRARIES …): a program that jails itself and lies beside the services that
# start it. It has nothing of the other rooms, and no sanitizer, which would need system calls and addresses that the
# jail denies. bin/jailed-programs lists all of them, for the images of the services.
function(ticketing_jailed_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  ticketing_jailed_options(${name})
  target_link_libraries(${name} PRIVATE jail_inside ${ARG_LIBRARIES})
  target_link_options(${name} PRIVATE -fuse-ld=lld-19)
  add_dependencies(programs ${name})
  set_property(GLOBAL APPEND PROPERTY TICKETING_JAILED_PROGRAMS ${name})
endfunction()

function(ticketing_jailed_options target)
  target_compile_options(${target} PRIVATE -O2
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-designated-field-initializers -Werror)
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
endfunction()

# ticketing_test(NAME SOURCES … DEPENDS … [LABELS …] [TIMEOUT seconds]): one GoogleTest program, one ctest entry.
function(ticketing_test name)
  if(NOT TICKETING_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 200)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ticketing_test_options)
  ticketing_precompile(${name} _test ${ARG_DEPENDS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test")
  add_test(NAME ${name} COMMAND ${name})
  # A filter that names nothing runs nothing, which GoogleTest takes for a success.
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    FAIL_REGULAR_EXPRESSION "Running 0 tests"
    ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1 second_deadlock_stack=1;ASAN_OPTIONS=detect_stack_use_after_return=1;UBSAN_OPTIONS=print_stacktrace=1;TICKETING_BIN=${CMAKE_BINARY_DIR}/bin;TICKETING_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

# ticketing_embed(TARGET NAMESPACE HEADER_NAME FILES …): compiles text files into `target` as string
# literals, in order; see cmake/embed.cmake. "schema/*.sql" is all of them in the order of their
# names, also those that are added later.
function(ticketing_embed target namespace)
  cmake_parse_arguments(ARG "" "" "FILES" ${ARGN})
  set(files)
  foreach(pattern IN LISTS ARG_FILES)
    file(GLOB found CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "${pattern}")
    list(APPEND files ${found})
  endforeach()
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp")
  add_custom_command(OUTPUT "${generated}"
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} -DNAMESPACE=${namespace} "-DFILES=${files}"
            -DBASE=${CMAKE_CURRENT_SOURCE_DIR} -P "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
  ticketing_apart("${generated}")
endfunction()
