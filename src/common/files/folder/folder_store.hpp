// The file port as a folder of this machine: for one process, or for several on one machine.
#pragma once

#include <memory>
#include <string>

#include "common/files/store.hpp"

namespace ticketing::files {

// Files have mode 0600, folders 0700. What a killed process had not finished is removed. Reads and
// writes run on two threads of the store's own, behind a bounded queue. Makes the folder when there
// is none; throws ConfigError when files cannot be written there.
std::unique_ptr<Store> open_folder(const std::string& path);

}  // namespace ticketing::files
