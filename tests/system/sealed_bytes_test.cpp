// Files and codes of tickets are looked for in everything that the marketplace keeps or says: no
// byte of them is there unsealed. In each place something is found that is known to be there, so
// that the search is known to see what is there.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>

#include "common/base/text.hpp"
#include "fixtures/run_task.hpp"
#include "servers/services.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/distributed_system.hpp"
#include "system/marketplace.hpp"
#include "system/secrets.hpp"

namespace ticketing::system {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr const char* title = "A seat that has a title for the search";
constexpr const char* show_name = "A show that has a name for the search";

constexpr const char* all_names = "byte";

TEST(Search, SeesAPieceInEveryForm) {
  const std::string piece = "a code of a ticket, 4711";
  const auto base64 = [](const std::string& text) {
    return to_base64url(std::as_bytes(std::span(text)));
  };
  const std::string hex = "6120636f6465206f662061207469636b65742c2034373131";
  const std::vector<std::string> all{"before " + piece + " after",
                                     "\\x00" + hex,
                                     base64(piece),
                                     base64("1" + piece + "x"),
                                     base64("12" + piece + "yz"),
                                     "a code of a=\r\n ticket, 4=\n711",
                                     hex.substr(0, 9) + "\n" + hex.substr(9)};
  for (const std::string& bytes : all) {
    EXPECT_THAT(found_in(bytes, {"something else", piece}), ElementsAre(piece)) << bytes;
  }
  EXPECT_THAT(found_in("a code of a ticket, 4712", {piece}), IsEmpty());
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string bytes_below(const fs::path& folder) {
  std::string all;
  std::error_code fault, is_gone;
  for (fs::recursive_directory_iterator at(folder, fault), end; !fault && at != end;
       at.increment(fault)) {
    if (at->is_regular_file(is_gone)) all += bytes_of(at->path());
  }
  EXPECT_FALSE(fault) << folder << ": " << fault.message();
  return all;
}

class SealedBytesTest : public testing::Test {
 protected:
  static Secret make_secret(Secret (*make)(const std::string&)) {
    static int count = 0;
    return make(fmt::format("{}-{}", all_names, ++count));
  }
  std::string list(const Secret& secret) {
    secrets_.push_back(secret);
    const std::string ticket = seller_->list_ticket(title);
    give(*seller_, ticket, secret);
    return ticket;
  }
  static Answer reveal(Person& buyer, const std::string& order) {
    return answered([&] { return buyer.http.post(order_path(order) + "/reveal", "{}"); });
  }

  // A ticket of each fate. Gives the order of the one that its buyer was shown.
  std::string live_through(Secret (*make)(const std::string&)) {
    list(make_secret(make));
    EXPECT_EQ(seller_->withdraw(list(make_secret(make))).status, 204);
    EXPECT_EQ(refund(*buyer_, buy(*buyer_, list(make_secret(make)))).status, 201);
    const std::string resold = buy(*buyer_, list(make_secret(make)));
    const Answer listed = resell(*buyer_, resold);
    const std::string again = buy(*seller_, text_at(listed, "resaleTicketId"));
    EXPECT_EQ(reveal(*seller_, again).status, 200);
    const std::string shown = buy(*buyer_, list(make_secret(make)));
    EXPECT_EQ(reveal(*buyer_, shown).status, 200);
    return shown;
  }
  // Files that are refused: one that another ticket has, and one that cannot be read.
  void send_in_vain() {
    const std::string ticket = seller_->list_ticket(title);
    const Secret cut = make_secret(secret_pdf);
    EXPECT_EQ(put_file(*seller_, ticket, secrets_.front().pdf).status, 409);
    EXPECT_EQ(put_file(*seller_, ticket, cut.mark + cut.pdf).status, 200);
    secrets_.push_back(cut);
  }
  void send_a_mail() {
    const auto ask = [&] {
      return seller_->http.post("/api/users/forgot",
                                fmt::format(R"({{"email":"{}"}})", seller_->email));
    };
    EXPECT_EQ(answered(ask).status, 202);
    const auto is_sent = [&] {
      return fs::exists(mails()) && bytes_below(mails()).contains(seller_->email);
    };
    EXPECT_TRUE(wait_until(is_sent, patient(std::chrono::seconds{60})));
  }
  fs::path mails() const { return folder_.path() / "data" / "mail"; }

  // Looks for how all of the secrets begin.
  static void expect_nothing_in(const std::string& place, const std::string& bytes,
                                const std::string& known) {
    std::vector<std::string> pieces = secret_pdf(all_names).pieces();
    pieces.push_back(typed_secret(all_names).code);
    pieces.push_back(known);
    EXPECT_THAT(found_in(bytes, pieces), ElementsAre(known)) << place;
  }

  // Something that the database of each service has.
  std::map<std::string, std::string> known(const std::string& order) const {
    return {{"auth", seller_->email},
            {"tickets", title},
            {"orders", title},
            {"payments", order},
            {"delivery", order},
            {"expiration", order},
            {"notifications", seller_->email},
            {"shows", show_name}};
  }
  std::string metrics() const {
    std::string all;
    for (const Part& part : marketplace_.system().parts()) {
      HttpClient http([&part](std::string_view) { return part.port; });
      all += http.get("/metrics").body;
    }
    return all;
  }
  void expect_nothing_in_servers(DistributedSystem& system, const std::string& order) {
    const BackingServers& servers = system.servers();
    for (const std::string& service : servers::service_names()) {
      const std::string dump = servers.postgres.run_program(
          "pg_dump", {"-d", servers.postgres.url(service)}, std::chrono::minutes{1});
      expect_nothing_in("the database of " + service, dump, known(order).at(service));
    }
    expect_nothing_in("PostgreSQL's files", bytes_below(servers.postgres.folder()), title);
    expect_nothing_in("NATS' files", bytes_below(servers.nats.folder()), title);
    expect_nothing_in("Redis' files", bytes_below(servers.redis.folder()), order);
  }
  void expect_nothing_in_files(const std::string& order) {
    const fs::path data = folder_.path() / "data";
    for (const std::string& service : servers::service_names()) {
      const std::string file = data / (service + ".db");
      expect_nothing_in(file, bytes_of(file) + bytes_of(file + "-wal"), known(order).at(service));
    }
    expect_nothing_in("the folder of all files", bytes_below(data), title);
    EXPECT_GE(bytes_below(data / "files").size(), secrets_.front().pdf.size());
  }

  const TemporaryFolder folder_;
  Marketplace marketplace_{{{"DATA_DIR", folder_.file("data")}, {"LOG_LEVEL", "debug"}}};
  std::unique_ptr<Person> seller_ = marketplace_.person(), buyer_ = marketplace_.person();
  std::vector<Secret> secrets_;  // the first one is a file
};

TEST_F(SealedBytesTest, AreInNothingThatIsKeptOrSaid) {
  const std::string shown = live_through(&secret_pdf);
  live_through(&typed_secret);
  seller_->make_show(show_name);
  send_in_vain();
  send_a_mail();
  EXPECT_EQ(wait_for_rest(marketplace_.system(), patient(std::chrono::seconds{30})), "");

  if (auto* distributed = dynamic_cast<DistributedSystem*>(&marketplace_.system())) {
    EXPECT_THAT(distributed->query("delivery", "SELECT key FROM file_parts"), Not(IsEmpty()));
    expect_nothing_in_servers(*distributed, shown);
  } else {
    expect_nothing_in_files(shown);
  }
  expect_nothing_in("the mails", bytes_below(mails()), seller_->email);
  expect_nothing_in("the log", marketplace_.system().log(), "/api/orders/" + shown);
  expect_nothing_in("the metrics", metrics(), "ticket_uploads_total");
}

}  // namespace
}  // namespace ticketing::system
