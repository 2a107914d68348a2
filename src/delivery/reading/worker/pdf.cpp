#include <poppler-document.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "common/images/worker/picture.hpp"
#include "delivery/reading/worker/answers.hpp"
#include "delivery/reading/worker/pages.hpp"

namespace ticketing::delivery::reading {
namespace {

constexpr double points_an_inch = 72;
constexpr double normal_dpi = 150, fine_dpi = 300;

void ignore(const std::string&, void*) {}

// Draws only: scripts, links, forms' actions and attachments are not looked at.
class Pdf final : public Pages {
 public:
  explicit Pdf(std::unique_ptr<poppler::document> document) : document_(std::move(document)) {
    renderer_.set_image_format(poppler::image::format_gray8);
    renderer_.set_render_hint(poppler::page_renderer::antialiasing);
    renderer_.set_render_hint(poppler::page_renderer::text_antialiasing);
  }

  int count() const override { return document_->pages(); }

  Grey draw(int page, Detail detail) override {
    const std::unique_ptr<poppler::page> drawn(document_->create_page(page));
    if (!drawn) return {};
    const double side = side_of(*drawn);
    const double normal = std::min(normal_dpi, normal_side_max * points_an_inch / side);
    const double fine = std::min(fine_dpi, fine_side_max * points_an_inch / side);
    if (detail == Detail::fine && fine < normal * 1.2) return {};
    const double dpi = detail == Detail::fine ? fine : normal;
    return grey_of(renderer_.render_page(drawn.get(), dpi, dpi));
  }

 private:
  // The longer one, in points. Refuses a page that no paper has, before a pixel is drawn.
  static double side_of(const poppler::page& page) {
    const poppler::rectf box = page.page_rect();
    const double side = std::max(std::abs(box.width()), std::abs(box.height()));
    if (!(side <= page_points_max)) images::answer(answers::too_large);
    return std::max(side, 1.0);
  }

  static Grey grey_of(const poppler::image& image) {
    if (!image.is_valid() || image.format() != poppler::image::format_gray8) return {};
    Grey grey(image.width(), image.height());
    for (int y = 0; y < grey.height; ++y) {
      const char* const from = image.const_data() + std::ptrdiff_t{image.bytes_per_row()} * y;
      std::copy_n(reinterpret_cast<const std::uint8_t*>(from), grey.width, grey.row(y));
    }
    return grey;
  }

  const std::unique_ptr<poppler::document> document_;
  poppler::page_renderer renderer_;
};

}  // namespace

std::unique_ptr<Pages> open_pdf(Bytes file) {
  poppler::set_debug_error_function(ignore, nullptr);
  std::unique_ptr<poppler::document> document(poppler::document::load_from_raw_data(
      reinterpret_cast<const char*>(file.data()), static_cast<int>(file.size())));
  if (!document) images::answer(answers::unreadable);
  if (document->is_locked()) images::answer(answers::encrypted);
  if (document->pages() < 1) images::answer(answers::unreadable);
  if (document->pages() > pages_max) images::answer(answers::too_many_pages);
  return std::make_unique<Pdf>(std::move(document));
}

}  // namespace ticketing::delivery::reading
