// Which subjects a stream takes, and how more are added. A stream takes whole families of events,
// such as "note.>": a new kind of event of a known family needs no change of the stream.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ticketing::bus {

// Whether `pattern` matches `subject`, as NATS does it: `*` is one token, `>` is all that follow.
bool matches(std::string_view pattern, std::string_view subject);
// "note.>" of "note.created".
std::string family_of(std::string_view subject);
// Those of `subjects` that no pattern matches.
std::vector<std::string> not_taken(const std::vector<std::string>& patterns,
                                   const std::vector<std::string>& subjects);
// `patterns`, and the families of those subjects that none of them matches. What was taken before
// is taken afterwards.
std::vector<std::string> extended(std::vector<std::string> patterns,
                                  const std::vector<std::string>& subjects);

}  // namespace ticketing::bus
