#include "payments/operator/reconciliation.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "common/base/money.hpp"

namespace ticketing::payments::operator_ {
namespace {

std::string money(std::int64_t cents) { return to_decimal(Money{.cents = cents}); }

// Whether a status of ours goes with one of the gateway's.
bool agree(const std::string& ours, const std::string& theirs) {
  if (ours == "authorizing") return true;  // not known yet; the captured amounts are compared below
  if (ours == "requires_action") return theirs == "requires_action" || theirs == "processing";
  if (ours == "authorized") return theirs == "held";
  if (ours == "captured") return theirs == "taken";
  if (ours == "declined") return theirs == "declined" || theirs == "released";
  if (ours == "voided" || ours == "failed") return theirs == "released" || theirs == "declined";
  return false;
}

void compare_one(const LedgerLine& our, const LedgerLine& their, std::vector<std::string>& out) {
  const std::string name = fmt::format("payment {} ({})", our.payment_id, their.stripe_id);
  if (our.amount_cents != their.amount_cents) {
    out.push_back(fmt::format("{}: the amount is {} with us, {} at the gateway", name,
                              money(our.amount_cents), money(their.amount_cents)));
  }
  if (!agree(our.status, their.status)) {
    out.push_back(fmt::format("{}: {} with us, {} at the gateway", name, our.status, their.status));
  }
  if (our.captured_cents != their.captured_cents) {
    out.push_back(fmt::format("{}: taken {} with us, {} at the gateway", name,
                              money(our.captured_cents), money(their.captured_cents)));
  }
  if (our.refunded_cents != their.refunded_cents) {
    out.push_back(fmt::format("{}: given back {} with us, {} at the gateway", name,
                              money(our.refunded_cents), money(their.refunded_cents)));
  }
}

}  // namespace

std::vector<std::string> compare(const std::vector<LedgerLine>& ours,
                                 const std::vector<LedgerLine>& theirs) {
  std::unordered_map<std::string, const LedgerLine*> by_stripe_id;
  std::unordered_map<std::string, const LedgerLine*> by_payment_id;
  for (const LedgerLine& our : ours) {
    // One with the gateway's id has nothing else there: what names it besides is a second charge.
    if (our.stripe_id.empty()) {
      by_payment_id.emplace(our.payment_id, &our);
    } else {
      by_stripe_id.emplace(our.stripe_id, &our);
    }
  }
  std::vector<std::string> differences;
  std::unordered_set<const LedgerLine*> seen;
  for (const LedgerLine& their : theirs) {
    const LedgerLine* our = nullptr;
    if (const auto at = by_stripe_id.find(their.stripe_id); at != by_stripe_id.end()) {
      our = at->second;
    } else if (const auto by_id = by_payment_id.find(their.payment_id);
               by_id != by_payment_id.end()) {
      our = by_id->second;
    }
    if (our == nullptr) {
      differences.push_back(fmt::format("{} ({}, {}): at the gateway, not with us", their.stripe_id,
                                        their.status, money(their.amount_cents)));
      continue;
    }
    seen.insert(our);
    compare_one(*our, their, differences);
  }
  for (const LedgerLine& our : ours) {
    // Without the gateway's id it may not exist there: declined before, or not sent.
    if (our.stripe_id.empty() || seen.contains(&our)) continue;
    differences.push_back(fmt::format("payment {} ({}, {}): with us, not at the gateway",
                                      our.payment_id, our.stripe_id, our.status));
  }
  return differences;
}

}  // namespace ticketing::payments::operator_
