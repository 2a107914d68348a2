// The file port on a server that has the API of S3: AWS, MinIO, Ceph and others.
#pragma once

#include <memory>
#include <string>

#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/files/s3/s3_address.hpp"
#include "common/files/store.hpp"

namespace ticketing::files {

// Objects are named `address.prefix` + `folder` + "/" + key. `ca_file`: authorities that vouch for
// the server; empty: the system's. What failed is tried again for some seconds. `clock` and
// `timers` outlive the store. Throws ConfigError when `ca_file` cannot be read.
std::unique_ptr<Store> open_s3(const Clock& clock, Timers& timers, const S3Address& address,
                               const std::string& folder, const std::string& ca_file);

}  // namespace ticketing::files
