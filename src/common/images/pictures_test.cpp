#include "common/images/pictures.hpp"

#include <gtest/gtest.h>
#include <webp/decode.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <random>

#include "common/base/exceptions.hpp"
#include "fixtures/project.hpp"
#include "fixtures/run_task.hpp"
#include "fixtures/test_pictures.hpp"

namespace ticketing::images {
namespace {

constexpr Pixel red{200, 30, 30}, green{30, 180, 40}, blue{30, 40, 200}, white{250, 250, 250};

// Four quarters of different colours.
Colours quarters(std::uint32_t width, std::uint32_t height) {
  return [=](std::uint32_t x, std::uint32_t y) {
    const bool is_right = x >= width / 2, is_below = y >= height / 2;
    if (is_below) return is_right ? white : blue;
    return is_right ? green : red;
  };
}
Pixel plain(std::uint32_t, std::uint32_t) { return green; }

// The colours of the quarters of a WebP file, by their first letters, row by row: "rgbw".
struct Seen {
  int width = 0, height = 0;
  std::string quarters;
};
char letter_of(const std::uint8_t* pixel) {
  if (pixel[0] > 150 && pixel[1] > 150 && pixel[2] > 150) return 'w';
  return pixel[0] > 120 ? 'r' : pixel[1] > 120 ? 'g' : pixel[2] > 120 ? 'b' : '?';
}
Seen look_at(const std::string& file) {
  Seen seen;
  std::uint8_t* const rgb = WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(file.data()),
                                          file.size(), &seen.width, &seen.height);
  if (rgb == nullptr) return seen;
  for (const int y : {1, 3}) {
    for (const int x : {1, 3}) {
      const int at = (seen.height * y / 4 * seen.width + seen.width * x / 4) * 3;
      seen.quarters += letter_of(rgb + at);
    }
  }
  WebPFree(rgb);
  return seen;
}

class PicturesTest : public testing::Test {
 protected:
  PicturesTest() { std::signal(SIGPIPE, SIG_IGN); }
  std::expected<Pictures, Fault> decode(std::string file) {
    return run_task(io_, decoder_->decode(std::move(file)));
  }
  std::string decoded_quarters(const std::string& file) {
    const auto pictures = decode(file);
    return pictures ? look_at(pictures->files[2]).quarters : "refused";
  }
  static std::string worker() { return fixtures::programs_folder() / "image-worker"; }

  asio::io_context io_;
  std::unique_ptr<Decoder> decoder_ = make_decoder(worker());
};

TEST_F(PicturesTest, GivesEachFormatInThreeSizes) {
  const Colours colours = quarters(1320, 990);
  for (const std::string& file :
       {jpeg(1320, 990, colours), jpeg(1320, 990, colours, "", true), png(1320, 990, colours),
        png(1320, 990, colours, true), webp(1320, 990, colours), webp(1320, 990, colours, true)}) {
    const auto pictures = decode(file);
    ASSERT_TRUE(pictures) << file.substr(0, 8);
    EXPECT_EQ(pictures->width, 1280U);
    EXPECT_EQ(pictures->height, 960U);
    for (std::size_t size = 0; size < sizes.size(); ++size) {
      const Seen seen = look_at(pictures->files[size]);
      EXPECT_EQ(seen.width, static_cast<int>(sizes[size].width));
      EXPECT_EQ(seen.height, static_cast<int>(sizes[size].width * 3 / 4));
      EXPECT_EQ(seen.quarters, "rgbw");
    }
  }
}

TEST_F(PicturesTest, NeverMakesAPictureLarger) {
  const auto pictures = decode(png(100, 80, plain));
  ASSERT_TRUE(pictures);
  for (const std::string& file : pictures->files) {
    EXPECT_EQ(look_at(file).width, 100);
    EXPECT_EQ(look_at(file).height, 80);
  }
  EXPECT_TRUE(decode(png(1, 1, plain)));
}

TEST_F(PicturesTest, CutsTheEndsOfWhatIsVeryWideOrVeryTall) {
  const auto wide = decode(png(900, 100, plain)), tall = decode(jpeg(40, 5000, plain));
  ASSERT_TRUE(wide && tall);
  EXPECT_EQ(wide->width, 200U);
  EXPECT_EQ(wide->height, 100U);
  EXPECT_EQ(tall->width, 40U);
  EXPECT_EQ(tall->height, 60U);
}

TEST_F(PicturesTest, TurnsThePictureAsItsCameraSays) {
  const Colours colours = quarters(240, 160);
  const std::vector<std::string> shown{"rgbw", "grwb", "wbgr", "bwrg",
                                       "rbgw", "brwg", "wgbr", "gwrb"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(decoded_quarters(jpeg(240, 160, colours, exif(orientation, ""))),
              shown[static_cast<std::size_t>(orientation - 1)])
        << orientation;
  }
  const auto turned = decode(jpeg(2000, 1400, quarters(2000, 1400), exif(6, "")));
  ASSERT_TRUE(turned);
  EXPECT_EQ(turned->width, 1280U) << "its width is that of the picture as it is shown";
}

TEST_F(PicturesTest, DropsEverythingButThePicture) {
  const std::string secret = "51.1234 N, at home";
  for (const std::string& file :
       {jpeg(200, 100, plain, exif(1, secret)), png(200, 100, plain, false, secret)}) {
    ASSERT_NE(file.find(secret), std::string::npos);
    const auto pictures = decode(file + secret);
    ASSERT_TRUE(pictures);
    for (const std::string& kept : pictures->files) {
      EXPECT_EQ(kept.find(secret), std::string::npos);
      EXPECT_EQ(kept.find("Exif"), std::string::npos);
    }
  }
}

// The header of a PNG of this size, with nothing behind it.
std::string only_header(std::uint32_t width, std::uint32_t height) {
  std::string file = png(1, 1, plain).substr(0, 33);
  std::string header = "IHDR";
  for (const std::uint32_t side : {width, height}) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) header += static_cast<char>(side >> shift);
  }
  header += std::string("\x08\x02\0\0\0", 5);
  const auto sum = static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(header.data()), static_cast<uInt>(header.size())));
  file.replace(12, header.size(), header);
  for (unsigned i = 0; i < 4; ++i) file[29 + i] = static_cast<char>(sum >> (24 - 8 * i));
  return file;
}

TEST_F(PicturesTest, RefusesMorePixelsThanItsHeaderMayHave) {
  EXPECT_EQ(decode(only_header(60'000, 60'000)).error(), Fault::too_large);
  EXPECT_EQ(decode(only_header(19'999, 2'001)).error(), Fault::too_large);
  EXPECT_EQ(decode(only_header(20'001, 1)).error(), Fault::too_large);
  EXPECT_EQ(decode(only_header(5'000, 8'000)).error(), Fault::unreadable) << "it has no pixels";
  std::string huge = jpeg(8, 8, plain);
  const std::size_t frame = huge.find("\xff\xc0");
  huge.replace(frame + 5, 4, "\xea\x60\xea\x60");
  EXPECT_EQ(decode(huge).error(), Fault::too_large);
}

TEST_F(PicturesTest, RefusesWhatIsNoWholePicture) {
  const std::string whole = jpeg(300, 300, quarters(300, 300));
  const std::string drawn = png(300, 300, quarters(300, 300));
  const std::string small = webp(300, 300, quarters(300, 300));
  for (const std::string& file :
       {std::string("x"), std::string("<svg xmlns='http://www.w3.org/2000/svg'/>"),
        std::string("GIF89a"), std::string("%PDF-1.7"), whole.substr(0, 400),
        whole.substr(0, whole.size() / 2), drawn.substr(0, 60), drawn.substr(0, drawn.size() - 60),
        small.substr(0, small.size() / 2), std::string("\xff\xd8\xff"), std::string("")}) {
    const auto pictures = decode(file);
    ASSERT_FALSE(pictures) << file.size();
    EXPECT_EQ(pictures.error(), Fault::unreadable);
  }
}

TEST_F(PicturesTest, DecodesInEachJail) {
  for (const char* jail : {"seccomp", "namespaces"}) {
    const auto decoder = make_decoder(worker(), jail);
    try {
      const auto pictures = run_task(io_, decoder->decode(png(50, 50, plain)));
      EXPECT_TRUE(pictures) << jail;
    } catch (const Unavailable&) {
      EXPECT_STREQ(jail, "namespaces") << "it works everywhere";
      std::puts("DID NOT RUN: pictures in namespaces, because there are none here");
    }
  }
}

TEST_F(PicturesTest, RefusesEveryPictureWithoutAWorker) {
  const auto decoder = make_decoder("/no/such/worker");
  EXPECT_THROW(run_task(io_, decoder->decode(png(50, 50, plain))), Unavailable);
}

// Random changes of valid files: each is decoded or refused, and the next one is decoded.
TEST_F(PicturesTest, SurvivesDamagedPictures) {
  const char* const more = std::getenv("TICKETING_PICTURE_ROUNDS");
  const int rounds = more == nullptr ? 40 : std::atoi(more);
  const Colours colours = quarters(64, 48);
  const std::vector<std::string> whole{jpeg(64, 48, colours, exif(6, "x")),
                                       jpeg(64, 48, colours, "", true),
                                       png(64, 48, colours),
                                       png(64, 48, colours, true, "x"),
                                       webp(64, 48, colours),
                                       webp(64, 48, colours, true)};
  std::mt19937 random(7);
  int decoded = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string file = whole[static_cast<std::size_t>(round) % whole.size()];
    for (unsigned change = 1 + random() % 8; change > 0; --change)
      file[random() % file.size()] = static_cast<char>(random());
    if (random() % 4 == 0) file.resize(1 + random() % file.size());
    decoded += decode(std::move(file)) ? 1 : 0;
  }
  RecordProperty("decoded", decoded);
  EXPECT_TRUE(decode(whole.front()));
}

}  // namespace
}  // namespace ticketing::images
