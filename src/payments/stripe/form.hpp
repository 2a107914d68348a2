// application/x-www-form-urlencoded, the form of Stripe's requests: nested names are written with
// brackets, "metadata[order_id]".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ticketing::payments::stripe {

class Form {
 public:
  Form& add(std::string_view name, std::string_view value);
  Form& add(std::string_view name, std::int64_t value);
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
std::string percent_encode(std::string_view text);

}  // namespace ticketing::payments::stripe
