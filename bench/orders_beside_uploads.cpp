#include "bench/orders_beside_uploads.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/users.hpp"
#include "delivery/reading/test_pdf.hpp"
#include "delivery/reading/test_sheet.hpp"

namespace ticketing::bench {
namespace {

namespace reading = delivery::reading;

constexpr std::size_t file_bytes = 1'000'000;
// Two files are read at once; more connections than this would only wait.
constexpr std::size_t upload_connections = 16;
constexpr double seconds_alone = 60;

constexpr int nice_of_sellers = 10;

// Pages with a code that no other has. Drawn before anything is measured, and filled up to the size
// of a file when they are sent: all of them would be too much for memory.
class Files {
 public:
  explicit Files(std::size_t count) {
    for (std::size_t number = 0; number < count; ++number) {
      pages_.push_back(reading::sheet::pdf_of(reading::CodeFormat::qr,
                                              fmt::format("measured {}", number),
                                              reading::sheet::Place::upright));
    }
  }
  std::string number(std::size_t number) const {
    const std::string& page = pages_[number];
    return reading::with_comment(page, std::string(file_bytes - page.size(), 'x'));
  }

 private:
  std::vector<std::string> pages_;
};

class Measurement {
 public:
  Measurement(MeasuredSystem& system, const UploadLoad& load)
      : proxy_(system.proxy_port()),
        load_(load),
        sellers_(make_users(load.sellers, proxy_)),
        files_(load.uploads),
        to_upload_(list_tickets(proxy_, sellers_, upload_connections, load.uploads)),
        to_order_(list_tickets(proxy_, make_users_who_list(load.orders, load.connections, proxy_),
                               load.connections, load.orders)),
        buyers_(make_users_who_order(load.orders, proxy_)) {
    system.wait_until_drained();
  }

  LoadResult order_alone() {
    const auto enough = static_cast<std::size_t>(seconds_alone * load_.orders_per_second);
    return order(std::min(enough, load_.orders / 2), {.per_second = load_.orders_per_second});
  }
  void order_beside_uploads(BesideUploads& figures) {
    std::atomic<bool> is_over{false};
    std::exception_ptr failure;
    std::thread uploading([&] {
      // Sellers' browsers run on other machines: they take no processor from the shop.
      ::setpriority(PRIO_PROCESS, 0, nice_of_sellers);
      try {
        figures.uploads = upload(figures.ready);
      } catch (...) {
        failure = std::current_exception();
      }
      is_over = true;
    });
    try {
      const Pace pace{.per_second = load_.orders_per_second,
                      .is_over = [&] { return is_over.load(); }};
      figures.beside = order(to_order_.size() - ordered_, pace);
    } catch (...) {
      uploading.join();
      throw;
    }
    const bool were_enough = is_over;
    uploading.join();
    if (failure) std::rethrow_exception(failure);
    if (!were_enough) throw std::runtime_error("the orders were over first: raise --orders");
  }

 private:
  LoadResult order(std::size_t count, const Pace& pace) {
    const std::size_t first = ordered_;
    LoadResult result = run_load(
        proxy_.port, load_.connections, count,
        [&](std::size_t number) { return order_text(buyers_, to_order_, first + number); }, {},
        pace);
    ordered_ += count;
    return result;
  }
  LoadResult upload(std::size_t& ready) {
    return run_load(
        proxy_.port, upload_connections, load_.uploads,
        [&](std::size_t number) {
          return request_text("PUT", "/api/tickets/" + to_upload_[number] + "/file",
                              sellers_[number % sellers_.size()], files_.number(number),
                              "application/pdf");
        },
        [&](std::size_t, const HttpAnswer& answer) {
          if (answer.body.contains(R"("state":"ready","pages":1,"barcodes":1)")) ++ready;
        },
        {.per_second = load_.uploads_per_second});
  }

  ProxyPort proxy_;
  UploadLoad load_;
  Users sellers_;
  Files files_;
  std::vector<std::string> to_upload_, to_order_;
  Users buyers_;
  std::size_t ordered_ = 0;
};

}  // namespace

BesideUploads measure_orders_beside_uploads(MeasuredSystem& system, const UploadLoad& load) {
  const auto progress = [](const char* what) { fmt::print(stderr, "{} ...\n", what); };
  progress("listing tickets");
  Measurement measurement(system, load);
  BesideUploads figures;
  progress("ordering alone");
  figures.alone = measurement.order_alone();
  system.wait_until_drained();
  progress("ordering beside uploads");
  measurement.order_beside_uploads(figures);
  return figures;
}

}  // namespace ticketing::bench
