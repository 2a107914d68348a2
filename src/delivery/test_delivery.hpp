// The operations of delivery on made-up time; the reader is told what it reads. Part of no library.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/exceptions.hpp"
#include "common/files/database/database_store.hpp"
#include "common/runtime/owned_data.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/tickets_events.hpp"
#include "delivery/assignments/listeners.hpp"
#include "delivery/assignments/operations.hpp"
#include "delivery/listeners.hpp"
#include "delivery/operations.hpp"
#include "delivery/reading/refusals.hpp"
#include "delivery/republished.hpp"
#include "fixtures/service_test.hpp"

namespace ticketing::delivery {

EmbeddedFiles embedded_files();

// Takes the lines of a file for the texts of its QR codes.
class TestReader final : public reading::Reader {
 public:
  Task<Result<reading::Reading>> read(std::string_view file, reading::FileType) override {
    ++calls;
    if (file == "damaged") co_return std::unexpected(reading::file_unreadable());
    if (file == "busy") throw Unavailable("too many files are read");
    if (file == "long") co_return reading::Reading{.pages = 21, .pages_read = 20, .codes = {}};
    reading::Reading reading{.codes = {}};
    for (std::size_t at = 0; at < file.size();) {
      const std::size_t end = std::min(file.find('\n', at), file.size());
      const std::string line(file.substr(at, end - at));
      if (!line.empty()) reading.codes.push_back({.bytes = line, .text = line});
      at = end + 1;
    }
    co_return reading;
  }
  int calls = 0;
};

// The tickets service as delivery sees it: by its events.
class TestTickets {
 public:
  explicit TestTickets(fixtures::TestPlatform& platform) : platform_(platform) {}

  std::string list(const std::string& seller = "seller",
                   std::optional<std::string> show_id = std::nullopt) {
    const std::string id = platform_.next_id();
    tickets_[id] = {.id = id,
                    .title = "Seat",
                    .price = Money{2'000},
                    .show_id = std::move(show_id),
                    .user_id = seller,
                    .status = "available"};
    contracts::TicketCreated created = matching<contracts::TicketCreated>(tickets_[id]);
    platform_.publish_as("tickets", created);
    return id;
  }
  // The ticket that a buyer has made of one that they bought.
  void list_resale(const std::string& id, const std::string& seller) {
    tickets_[id] = {.id = id, .title = "Seat", .price = Money{2'000}, .user_id = seller};
    tickets_[id].status = "available";
    platform_.publish_as("tickets", matching<contracts::TicketCreated>(tickets_[id]));
  }
  void set(const std::string& id, const std::string& status,
           std::optional<std::string> order_id = std::nullopt) {
    contracts::TicketUpdated& ticket = tickets_[id];
    ++ticket.version;
    ticket.status = status;
    ticket.order_id = std::move(order_id);
    platform_.publish_as("tickets", ticket);
  }
  void publish_again(const std::string& id) { platform_.publish_as("tickets", tickets_[id]); }
  contracts::TicketUpdated& operator[](const std::string& id) { return tickets_[id]; }

 private:
  fixtures::TestPlatform& platform_;
  std::map<std::string, contracts::TicketUpdated> tickets_;
};

// The payments service as delivery sees it: by its events.
class TestPayments {
 public:
  explicit TestPayments(fixtures::TestPlatform& platform) : platform_(platform) {}

  bool file_promised = false;  // by the sellers of the orders whose payments are captured

  void capture(const std::string& order_id, const std::string& ticket_id,
               const std::string& user_id = "buyer") {
    contracts::PaymentCaptured captured{{.id = "payment", .order_id = order_id}};
    captured.ticket_id = ticket_id;
    captured.user_id = user_id;
    captured.file_promised = file_promised;
    platform_.publish_as("payments", captured);
  }
  void capture_without_ticket(const std::string& order_id) {
    platform_.publish_as("payments", contracts::PaymentCaptured{{.order_id = order_id}});
  }
  // All of the price, or of a part, after it was carried out.
  void refund(const std::string& order_id, const std::string& refund_id, bool full, bool relist) {
    contracts::PaymentRefunded refunded;
    refunded.order_id = order_id;
    refunded.refund_id = refund_id;
    refunded.amount = refunded.refunded = Money{500};
    refunded.full = full;
    refunded.relist = relist;
    platform_.publish_as("payments", refunded);
  }
  void ask_for_refund(const std::string& order_id, const std::string& refund_id = "refund") {
    platform_.publish_as("payments",
                         contracts::RefundRequested{
                             .order_id = order_id, .refund_id = refund_id, .user_id = "buyer"});
  }

 private:
  fixtures::TestPlatform& platform_;
};

class DeliveryTest : public fixtures::ServiceTest {
 public:
  ~DeliveryTest() override {
    run(operations_.stop());
    run(platform_.bus().stop());
    run(data_.stop());
  }

 protected:
  explicit DeliveryTest(bool requires_proof = false)
      : settings_{.files_key = std::string(secret_key_bytes, 'k'),
                  .kept_max = {.files = 8, .bytes = 20'000},
                  .requires_proof = requires_proof} {
    subscribe(platform_.bus(), operations_);
    assignments::subscribe(platform_.bus(), assignments_);
    platform_.record({"delivery.ready", "delivery.due", "delivery.overdue", "delivery.revealed",
                      "delivery.released", "delivery.resale_begun"});
    platform_.bus().start();
    data_.start();
  }

  Result<UploadAnswer> put_file(const std::string& ticket_id, const std::string& file,
                                const std::string& user_id = "seller") {
    return run(operations_.put_file(ticket_id, {.user_id = user_id},
                                    {.media_type = "application/pdf", .bytes = file}));
  }
  Result<UploadAnswer> put_code(const std::string& ticket_id, const std::string& text,
                                const std::string& user_id = "seller") {
    return run(operations_.put_code(ticket_id, user_id, {.text = text}));
  }
  std::int64_t count(const std::string& from) {
    const db::Sql sql{"test_count", "SELECT count(*) AS count FROM " + from};
    return run(data_.database().query(sql())).first()->integer("count");
  }
  void erase_after(Milliseconds time) {
    platform_.skip(time);
    run(operations_.erase_what_is_over());
  }

  const Settings settings_;
  runtime::OwnedData data_{
      platform_.get(), "delivery", embedded_files(), "tickets", {files::files_migration()},
      republished()};
  TestReader* reader_ = new TestReader;  // of operations_
  Operations operations_{platform_.get(), data_, settings_,
                         std::unique_ptr<reading::Reader>(reader_)};
  assignments::Operations assignments_{platform_.get(), data_, operations_};
  TestTickets tickets_{platform_};
  TestPayments payments_{platform_};
};

}  // namespace ticketing::delivery
