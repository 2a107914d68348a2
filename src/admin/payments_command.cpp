#include "admin/payments_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <stdexcept>

#include "admin/operator_client.hpp"
#include "common/base/digest.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "contracts/limits.hpp"
#include "payments/operator/reconciliation.hpp"

namespace ticketing::admin {
namespace {

using payments::operator_::LedgerLine;

constexpr std::size_t lines_max = 1'000'000;
// What is newer may be on its way from one ledger to the other.
constexpr std::chrono::minutes settled_after{2};

struct PaymentOptions {
  std::string url = default_url;
  int days = 1;
  std::string order_id;
  std::string amount;
  bool relist = false;
  std::string reason;
  int number = 1;
};

std::vector<LedgerLine> read_lines(json::Reader& page) {
  std::vector<LedgerLine> lines;
  for (json::Reader& line : page.objects("lines")) {
    lines.push_back({.payment_id = line.text("paymentId"),
                     .stripe_id = line.text("stripeId"),
                     .status = line.text("status"),
                     .amount_cents = line.integer("amountCents"),
                     .captured_cents = line.integer("capturedCents"),
                     .refunded_cents = line.integer("refundedCents")});
  }
  return lines;
}

std::vector<LedgerLine> read_ledger(OperatorClient& service, const std::string& side,
                                    Timestamp from, Timestamp to) {
  std::vector<LedgerLine> ledger;
  std::optional<std::string> cursor;
  do {
    std::string path =
        fmt::format("/operator/payments/{}?from={}&to={}", side, to_iso8601(from), to_iso8601(to));
    if (cursor) path += "&cursor=" + *cursor;
    const http::Answer answer = service.ask("GET", path);
    if (answer.status != 200) throw std::runtime_error(problem_of(answer));
    auto page = json::Reader::parse(answer.body);
    if (!page) throw std::runtime_error("the answer cannot be read");
    const auto lines = read_lines(*page);
    cursor = page->optional_text("next");
    if (page->error()) throw std::runtime_error("the answer cannot be read");
    ledger.insert(ledger.end(), lines.begin(), lines.end());
    if (ledger.size() > lines_max) throw std::runtime_error("too many payments: take fewer days");
  } while (cursor);
  return ledger;
}

void reconcile(const PaymentOptions& options) {
  OperatorClient service(options.url);
  const Timestamp to = SystemClock{}.now() - settled_after;
  const Timestamp from = to - std::chrono::hours{24 * options.days};
  const auto theirs = read_ledger(service, "theirs", from, to);
  // Ours are older by the time that a request takes, so a little more of them is asked for.
  const auto ours = read_ledger(service, "ours", from - settled_after, to);
  std::vector<LedgerLine> known;
  for (const LedgerLine& line : ours) known.push_back(line);
  const auto differences = payments::operator_::compare(known, theirs);
  for (const std::string& difference : differences) fmt::print("{}\n", difference);
  fmt::print("{} payments at the gateway, {} with us, {} differences\n", theirs.size(), ours.size(),
             differences.size());
  if (!differences.empty()) throw CLI::RuntimeError(1);
}

// "5" and "5.00" are one amount; empty: all that is left.
std::string read_amount(const std::string& text) {
  if (text.empty()) return "";
  const auto amount = parse_money(text, contracts::price_cents_max);
  if (!amount) throw CLI::ValidationError("--amount", "must be like 5.00");
  return to_decimal(*amount);
}

// The same command has the same key: one that was interrupted can be sent again, and gives the
// money back once.
void refund(const PaymentOptions& options) {
  OperatorClient service(options.url);
  const std::string amount = read_amount(options.amount);
  json::Writer writer;
  writer.begin_object().field("orderId", options.order_id);
  if (!amount.empty()) writer.field("amount", amount);
  writer.field("relist", options.relist);
  if (!options.reason.empty()) writer.field("reason", options.reason);
  writer.end_object();
  const std::string body = writer.take();
  const std::string key = sha256_hex(fmt::format("refund {} {}", options.number, body));
  const http::Answer answer = service.ask("POST", "/operator/payments/refunds", body, key);
  if (answer.status != 201 && answer.status != 202) throw std::runtime_error(problem_of(answer));
  fmt::print("{}\n", answer.body);
  if (!answer.headers.find("Idempotent-Replayed")) return;
  fmt::print(stderr,
             "This refund was made before, and is not made again. If the order shall have another "
             "one of the same amount: --number {}\n",
             options.number + 1);
}

}  // namespace

void add_payments(CLI::App& app) {
  auto options = std::make_shared<PaymentOptions>();
  CLI::App* const command =
      app.add_subcommand("payments", "Compare with the gateway, give money back (OPERATOR_TOKEN)");
  command->require_subcommand(1);
  command->add_option("--url", options->url, "of the running service")->capture_default_str();

  CLI::App* const reconciles = command->add_subcommand(
      "reconcile", "Print every difference between the gateway's list and ours; 1 if there is one");
  reconciles->add_option("--days", options->days, "how far back")
      ->capture_default_str()
      ->check(CLI::Range(1, 366));
  reconciles->callback([options] { reconcile(*options); });

  CLI::App* const refunds =
      command->add_subcommand("refund", "Give the money of an order back, all that is left");
  refunds->add_option("ORDER", options->order_id, "the order's id")->required();
  refunds->add_option("--amount", options->amount, "a part of it: 5.00");
  refunds->add_flag("--relist", options->relist, "put the ticket back on sale");
  refunds->add_option("--reason", options->reason,
                      "why: needed when the buyer was shown the ticket, goes to the audit log, and "
                      "the buyer reads it in the data of the account");
  refunds
      ->add_option(
          "--number", options->number,
          "which refund of this amount it is: within a day, the same command is one refund")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  refunds->callback([options] { refund(*options); });
}

}  // namespace ticketing::admin
