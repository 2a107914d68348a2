// image-worker KIND: enters the jail of that kind, then decodes the picture on standard input.
// image-worker draw TEXT: writes a picture that is drawn from the text; reads nothing.
#include <unistd.h>

#include <string>
#include <vector>

#include "common/images/sizes.hpp"
#include "common/images/worker/drawing.hpp"
#include "common/images/worker/formats.hpp"
#include "common/images/worker/pipes.hpp"
#include "common/images/worker/webp.hpp"
#include "common/jail/inside.hpp"

namespace ticketing::images {
namespace {

int decode_input() {
  const auto file = read_all(picture_bytes_max);
  if (!file) refuse_unreadable();
  if (file->empty()) answer("ready\n");
  const Picture picture = cropped(decode(*file, sizes.back().width));
  std::string line = "ok " + std::to_string(picture.width) + " " + std::to_string(picture.height);
  std::vector<std::vector<std::uint8_t>> made;
  for (const KeptSize& size : sizes) {
    made.push_back(encode_webp(shrunk(picture, size.width), size.bytes_max));
    line += " " + std::to_string(made.back().size());
  }
  line += "\n";
  write_all(line.data(), line.size());
  for (const auto& bytes : made) write_all(bytes.data(), bytes.size());
  return 0;
}

int draw_sample(const char* text) {
  const auto& medium = sizes[1];
  const auto bytes = encode_webp(draw(text, medium.width, medium.width), medium.bytes_max);
  write_all(bytes.data(), bytes.size());
  return 0;
}

}  // namespace

void answer(std::string_view line) {
  write_all(line.data(), line.size());
  ::_exit(0);
}

}  // namespace ticketing::images

int main(int count, char** arguments) {
  using namespace ticketing;
  if (count == 3 && std::string_view(arguments[1]) == "draw")
    return images::draw_sample(arguments[2]);
  if (count != 2) return 2;
  if (const char* fault = jail::enter(arguments[1])) {
    static_cast<void>(fault);
    return 1;
  }
  return images::decode_input();
}
