// What is published of delivery once more: each ticket that has a file or code, and what became of
// those that were sold.
#pragma once

#include "common/bus/republished.hpp"

namespace ticketing::delivery {

bus::Republished republished();

}  // namespace ticketing::delivery
