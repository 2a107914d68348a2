// The all-in-one process as the thing that is measured, in a folder of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "servers/child_process.hpp"

namespace ticketing::bench {

class EmbeddedSystem {
 public:
  // Starts `program` and waits until it is ready.
  explicit EmbeddedSystem(const std::string& program);
  ~EmbeddedSystem();

  std::uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Events in all outboxes that have not been published, and so not been handled by every listener.
  std::int64_t unpublished_events() const;
  void wait_until_drained() const;
  // Processor time of the process so far, user and system.
  double cpu_seconds() const;

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  servers::ChildProcess process_;
};

}  // namespace ticketing::bench
