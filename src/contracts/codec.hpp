// How events become JSON and are read again. The events are described records; each *_events.cpp
// compiles the code for its own.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace ticketing::contracts {

template <class T>
concept Contract = requires { T::subject; };

template <Contract Event>
std::string encode(const Event& event);

// Refuses with the names of the fields at fault. Unknown fields are ignored.
template <Contract Event>
Result<Event> decode(std::string_view json);

}  // namespace ticketing::contracts
