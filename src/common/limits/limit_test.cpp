#include "common/limits/limit.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

namespace ticketing::limits {
namespace {

constexpr Limit streams{.resource = "live streams",
                        .per_address = {.standard = 200, .setting = "STREAMS_PER_ADDRESS"},
                        .in_all = {.standard = 10'000},
                        .answer = "429"};

Environment with(const std::string& value) {
  return Environment([value](const std::string& name) -> std::optional<std::string> {
    if (name != "STREAMS_PER_ADDRESS") return std::nullopt;
    return value;
  });
}

TEST(Limit, IsARowOfTheDocument) {
  EXPECT_EQ(streams.to_markdown(),
            "| live streams | 200 (`STREAMS_PER_ADDRESS`) | – | 10,000 | 429 |");
}

TEST(Limit, IsChangedByItsSetting) {
  Environment environment = with("7");
  EXPECT_EQ(streams.per_address.read(environment), 7);
  EXPECT_EQ(streams.in_all.read(environment), 10'000);
  EXPECT_NO_THROW(environment.check());
}

TEST(Limit, IsSwitchedOffByZeroAndRefusesOtherText) {
  Environment off = with("0");
  EXPECT_EQ(streams.per_address.read(off), 0);
  EXPECT_NO_THROW(off.check());
  Environment many = with("many");
  streams.per_address.read(many);
  EXPECT_THROW(many.check(), ConfigError);
}

TEST(Limit, IsNamedInTheHelp) {
  EXPECT_EQ(settings_help({streams}),
            "  STREAMS_PER_ADDRESS     live streams, an address (default 200; 0: no limit)\n");
}

}  // namespace
}  // namespace ticketing::limits
