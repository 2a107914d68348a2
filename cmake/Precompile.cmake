# The headers of others that most files include are parsed once for all and not once a file: that was a third of a
# build from nothing. A file still includes what it uses: -DTICKETING_PRECOMPILE=OFF must build, too. Headers of our
# own do not belong here: a change of one would rebuild everything.
option(TICKETING_PRECOMPILE "Parse the headers of other libraries once" ON)

# CMake's own options also name the header, in a form whose path older ccaches do not make relative.
set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)

set(base_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstdlib> <deque> <exception> <expected> <filesystem>
  <fstream> <functional> <map> <memory> <mutex> <optional> <random> <set> <span> <sstream> <stdexcept> <string>
  <string_view> <thread> <unordered_map> <unordered_set> <utility> <variant> <vector> <boost/describe.hpp>
  <fmt/format.h>)
set(async_headers
  <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp> <boost/asio/async_result.hpp>
  <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp> <boost/asio/io_context.hpp>
  <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp> <boost/asio/prefer.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp> <boost/json/parse.hpp> <boost/json/value.hpp>)
set(test_headers <gmock/gmock.h> <gtest/gtest.h>)

# ticketing_precompiled(NAME HEADERS … LINKS …): a target of nothing but its precompiled header.
function(ticketing_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINKS" ${ARGN})
  file(WRITE "${CMAKE_BINARY_DIR}/precompiled.cpp" "")
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/precompiled.cpp")
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  # The compiler cache gives back a file that is older than the header CMake has just written.
  target_compile_options(${name} PRIVATE -Xclang -fno-pch-timestamp)
  if(TICKETING_CCACHE)
    set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER
      "${ccache_environment};${CMAKE_SOURCE_DIR}/cmake/precompile.sh;${TICKETING_CCACHE}")
  endif()
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

if(TICKETING_PRECOMPILE)
  set(base_links fmt::fmt Boost::headers)
  set(async_links fmt::fmt Boost::headers Boost::json)
  ticketing_precompiled(precompiled_base HEADERS ${base_headers} LINKS ticketing_options ${base_links})
  ticketing_precompiled(precompiled_async HEADERS ${base_headers} ${async_headers}
    LINKS ticketing_options ${async_links})
  if(TICKETING_TESTS)
    ticketing_precompiled(precompiled_base_test HEADERS ${base_headers} ${test_headers}
      LINKS ticketing_test_options ${base_links})
    ticketing_precompiled(precompiled_async_test HEADERS ${base_headers} ${async_headers} ${test_headers}
      LINKS ticketing_test_options ${async_links})
  endif()
endif()

# ticketing_precompile(TARGET SUFFIX DEPENDS …); SUFFIX: "" or _test. Asio's headers refer to what common_async
# compiles, so only what is linked with it can have them.
function(ticketing_precompile target suffix)
  if(NOT TICKETING_PRECOMPILE)
    return()
  endif()
  set(kind base)
  foreach(library IN LISTS target ARGN)
    set(links_async FALSE)
    if(TARGET ${library})  # test_servers comes later than some of its users
      get_target_property(links_async ${library} TICKETING_LINKS_ASYNC)
    endif()
    if(links_async OR library STREQUAL common_async)
      set(kind async)
      set_target_properties(${target} PROPERTIES TICKETING_LINKS_ASYNC ON)
    endif()
  endforeach()
  target_precompile_headers(${target} REUSE_FROM precompiled_${kind}${suffix})
endfunction()
