// Routes for operators: outside /api, so that no public proxy leads to them, only with the
// operator's token, and each call is told in the audit log.
#pragma once

#include <functional>
#include <string>

#include "common/http/router.hpp"
#include "common/limits/repeats.hpp"

namespace ticketing::runtime {

class OperatorGuard {
 public:
  // `token`: what Authorization has to bear; empty: no operator is admitted.
  OperatorGuard(std::string token, const Clock& clock);

  bool admits_any() const { return !token_.empty(); }

  // What the audit log calls a request ("operator.replay_dead_letter"), and what it acts on.
  struct Act {
    std::string event;
    std::string subject = {};
    std::string amount = {};
    std::string reason = {};
    bool is_told = true;  // false: it is polled, so only refusals are
  };
  using Name = std::function<Act(const http::Request&)>;
  // Adds what only the answer says.
  using Complete = std::function<void(Act&, const http::Response&)>;
  // Outlives the endpoint.
  http::Endpoint guard(Name name, http::Handler handle, Complete complete = {}) const;

 private:
  Task<Result<http::Response>> admit(const http::Request& request, const Name& name,
                                     const http::Handler& handle, const Complete& complete) const;

  std::string token_;
  const Clock& clock_;
  mutable limits::Repeats refused_{std::chrono::seconds{10}};  // for the audit log
};

}  // namespace ticketing::runtime
