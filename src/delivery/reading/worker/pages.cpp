#include "delivery/reading/worker/pages.hpp"

#include <algorithm>

#include "common/images/worker/formats.hpp"

namespace ticketing::delivery::reading {
namespace {

Grey grey_of(const images::Picture& picture) {
  Grey grey(static_cast<int>(picture.width), static_cast<int>(picture.height));
  const std::uint8_t* from = picture.rgb.data();
  for (std::uint8_t& shade : grey.pixels) {
    // The lightness of ITU-R BT.601, in parts of 1024.
    shade = static_cast<std::uint8_t>((306U * from[0] + 601U * from[1] + 117U * from[2]) >> 10U);
    from += 3;
  }
  return grey;
}

class OnePicture final : public Pages {
 public:
  explicit OnePicture(Grey whole) : whole_(std::move(whole)) {}
  int count() const override { return 1; }

  Grey draw(int, Detail detail) override {
    const double side = std::max(whole_.width, whole_.height);
    const double normal = std::min(1.0, normal_side_max / side);
    // What is small is made larger: modules of two pixels are read less well than of four.
    const double fine = std::min(2.0, fine_side_max / side);
    if (detail == Detail::normal) return scaled(whole_, normal);
    return fine > normal * 1.2 ? scaled(whole_, fine) : Grey{};
  }

 private:
  const Grey whole_;
};

}  // namespace

std::unique_ptr<Pages> open_picture(Bytes file, FileType type) {
  const auto picture = type == FileType::png ? images::decode_png(file, fine_side_max)
                                             : images::decode_jpeg(file, fine_side_max);
  return std::make_unique<OnePicture>(grey_of(picture));
}

std::unique_ptr<Pages> open_pages(Bytes file) {
  const auto type = file_type_by_begin({reinterpret_cast<const char*>(file.data()), file.size()});
  if (!type) images::refuse_unreadable();
  return type == FileType::pdf ? open_pdf(file) : open_picture(file, *type);
}

}  // namespace ticketing::delivery::reading
