// How operators read a dead letter, in both shapes.
#pragma once

#include "common/bus/dead_letters.hpp"
#include "common/json/writer.hpp"

namespace ticketing::bus {

// Writes the fields of a letter, without its payload, into the object that is open.
json::Writer& write_fields(json::Writer& writer, const DeadLetter& letter);

}  // namespace ticketing::bus
