// What the kernel has counted of running processes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

namespace ticketing::bench {

// Processor time so far of a process and all that it started, in seconds, by the name of the
// program.
std::map<std::string, double> cpu_seconds_of(pid_t process);
// The most memory that a process has had so far (VmHWM), in bytes.
std::int64_t memory_most_of(pid_t process);

}  // namespace ticketing::bench
