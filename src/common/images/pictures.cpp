#include "common/images/pictures.hpp"

#include <charconv>
#include <numeric>
#include <optional>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/jail/jailed_program.hpp"

namespace ticketing::images {
namespace {

constexpr std::string_view ready = "ready\n";

// The numbers of "ok 1280 960 …". A program that an attacker may control has written them.
template <std::size_t N>
std::optional<std::array<std::uint32_t, N>> read_numbers(std::string_view line) {
  std::array<std::uint32_t, N> numbers{};
  for (std::uint32_t& number : numbers) {
    if (!line.starts_with(' ')) return std::nullopt;
    line.remove_prefix(1);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc{}) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  }
  if (!line.empty()) return std::nullopt;
  return numbers;
}

bool is_webp(std::string_view file) {
  return file.size() > 12 && file.starts_with("RIFF") && file.substr(8).starts_with("WEBP");
}

// Nothing when the answer has another form.
std::optional<Pictures> read_pictures(std::string_view output) {
  const std::string_view line = output.substr(0, output.find('\n'));
  if (!line.starts_with("ok") || line.size() == output.size()) return std::nullopt;
  const auto numbers = read_numbers<2 + sizes.size()>(line.substr(2));
  if (!numbers) return std::nullopt;
  Pictures pictures{.width = (*numbers)[0], .height = (*numbers)[1], .files = {}};
  std::string_view rest = output.substr(line.size() + 1);
  for (std::size_t size = 0; size < sizes.size(); ++size) {
    const std::size_t bytes = (*numbers)[2 + size];
    if (bytes > rest.size() || bytes > sizes[size].bytes_max) return std::nullopt;
    pictures.files[size] = rest.substr(0, bytes);
    if (!is_webp(pictures.files[size])) return std::nullopt;
    rest.remove_prefix(bytes);
  }
  const bool is_possible = pictures.width > 0 && pictures.width <= sizes.back().width &&
                           pictures.height > 0 && pictures.height <= 2 * sizes.back().width;
  if (!rest.empty() || !is_possible) return std::nullopt;
  return pictures;
}

class JailedDecoder final : public Decoder {
 public:
  JailedDecoder(const std::string& program, const std::string& jail)
      : worker_(
            {.path = program.empty() ? jail::path_beside_this_program("image-worker") : program},
            std::string(ready), {}, jail) {}

  Task<std::expected<Pictures, Fault>> decode(std::string file) override {
    // An empty input is the question whether the jail works.
    if (file.empty()) co_return std::unexpected(Fault::unreadable);
    const jail::Ran ran = co_await worker_.run(file);
    if (ran.ending == jail::Ending::not_run) throw Unavailable("image-worker cannot be started");
    if (ran.ending == jail::Ending::exited) {
      if (ran.output == "unreadable\n") co_return std::unexpected(Fault::unreadable);
      if (ran.output == "too_large\n") co_return std::unexpected(Fault::too_large);
      if (auto pictures = read_pictures(ran.output)) co_return *std::move(pictures);
    }
    log::warn("a picture ended its decoder", {{"ending", jail::to_string(ran.ending)}});
    co_return std::unexpected(Fault::unreadable);
  }

 private:
  jail::JailedProgram worker_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const std::string& program, const std::string& jail) {
  return std::make_unique<JailedDecoder>(program, jail);
}

}  // namespace ticketing::images
