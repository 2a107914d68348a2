// I17: the JSON reader reads or refuses every input.
#include <cstddef>
#include <cstdint>

#include "common/base/assert.hpp"
#include "common/base/text.hpp"
#include "common/json/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ticketing;
  auto reader = json::Reader::parse({reinterpret_cast<const char*>(data), size});
  if (!reader) return 0;
  const std::string title = reader->text("title");
  TICKETING_ASSERT(is_utf8(title));
  const Money price = reader->money("price", 1, 99'999'999);
  static_cast<void>(reader->integer("version"));
  static_cast<void>(reader->time("expiresAt"));
  static_cast<void>(reader->object("ticket").text("id"));
  static_cast<void>(reader->optional_text("reason"));
  if (!reader->error()) TICKETING_ASSERT(price.cents >= 1 && price.cents <= 99'999'999);
  return 0;
}
