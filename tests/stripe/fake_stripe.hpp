// A Stripe of the tests' own over real HTTPS, with its own certificate authority. Runs on a thread
// of its own, which also calls webhooks.
#pragma once

#include <memory>
#include <string>

#include "stripe/stripe_model.hpp"

namespace ticketing::test {

class FakeStripe final : public StripeModel {
 public:
  explicit FakeStripe(const std::string& subject_alt_name = "IP:127.0.0.1");
  ~FakeStripe();

  std::string url() const;  // https://127.0.0.1:PORT
  std::string ca_file() const;
  int connections() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace ticketing::test
