// Where NATS is, and how a client of ours introduces itself there.
#pragma once

#include <nats/nats.h>

#include <string>

namespace ticketing::bus {

// Throws ConfigError unless libnats can read `url`, which may be several separated by commas.
void check_url(const std::string& url);
// Names the servers one by one: libnats would look up "a:4222,nats://b" as one name. With tls://
// the server has to show a certificate for the host of the first one, vouched for by `ca_file`, or
// by the system's authorities when that is empty.
natsStatus set_servers(natsOptions* options, const std::string& url, const std::string& ca_file);
// Where answers for the client `name` arrive: a prefix of its own, so that the server can keep
// other users from listening there.
std::string inbox_prefix(const std::string& name);

}  // namespace ticketing::bus
