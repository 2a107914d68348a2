// What is published of refunds once more: each that waits for delivery's answer, and each that was
// carried out.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::payments::refunds {

bus::RepublishedTable republished();

}  // namespace ticketing::payments::refunds
