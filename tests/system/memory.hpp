// How much memory the processes of a system have had, and may have by the manifests.
#pragma once

#include <cstdint>

#include "system/system.hpp"

namespace ticketing::system {

// In MiB, out of infra/k8s/base; the smallest of all for the program that is all of them. Throws
// std::runtime_error when there is none.
int memory_limit_of(const Part& part);
// The most that the process with that port ever had in memory, without its children, in MiB.
int peak_memory_at(std::uint16_t port);

}  // namespace ticketing::system
