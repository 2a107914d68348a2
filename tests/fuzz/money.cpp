// Money: what is read is written back as the same amount.
#include <cstddef>
#include <cstdint>

#include "common/base/assert.hpp"
#include "common/base/money.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ticketing;
  const auto money = parse_money({reinterpret_cast<const char*>(data), size}, 99'999'999);
  if (!money) return 0;
  TICKETING_ASSERT(money->cents >= 0 && money->cents <= 99'999'999);
  TICKETING_ASSERT(parse_money(to_decimal(*money), 99'999'999) == money);
  return 0;
}
