// What the buyer of a ticket alone may see, and how tests find its bytes elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "system/marketplace.hpp"

namespace ticketing::system {

struct Secret {
  std::string code = {};
  std::string mark = {};  // some bytes of the file; empty: the code is typed
  std::string pdf = {};

  std::vector<std::string> pieces() const;
};
// Different ones for different names, with which their pieces end.
Secret typed_secret(const std::string& name);
Secret secret_pdf(const std::string& name);

// Gives the ticket the code or the file.
void give(Person& seller, const std::string& ticket_id, const Secret& secret);

// Those of the pieces that the bytes have: as they are, in hex or in base64, also over the ends of
// lines.
std::vector<std::string> found_in(std::string_view bytes, const std::vector<std::string>& pieces);

}  // namespace ticketing::system
