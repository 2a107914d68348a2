// What each mail says, and to whom.
#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/shows_events.hpp"
#include "notifications/operations.hpp"
#include "notifications/store.hpp"

namespace ticketing::notifications {
namespace {

// What a mail of a sale is about.
struct OfSale {
  db::Statement sale;
  Money refunded{};    // of a refund
  Timestamp due_at{};  // of what is due
};

std::optional<OfSale> sale_of(const Mail& mail) {
  if (mail.which == Template::refunded) {
    const auto refund = contracts::decode<contracts::PaymentRefunded>(mail.details);
    if (!refund) return std::nullopt;
    return OfSale{.sale = store::sale_by_order(refund->order_id), .refunded = refund->amount};
  }
  if (mail.which == Template::delivery_due) {
    const auto due = contracts::decode<contracts::DeliveryDue>(mail.details);
    if (!due) return std::nullopt;
    return OfSale{.sale = store::sale_by_order(due->order_id), .due_at = due->due_at};
  }
  if (mail.which == Template::delivery_ready) {
    const auto ready = contracts::decode<contracts::DeliveryReady>(mail.details);
    if (!ready) return std::nullopt;
    return OfSale{.sale = store::sale_of_ticket(ready->ticket_id, mail.user_id)};
  }
  if (mail.which == Template::delivery_overdue) {
    const auto overdue = contracts::decode<contracts::DeliveryOverdue>(mail.details);
    if (!overdue) return std::nullopt;
    return OfSale{.sale = store::sale_by_order(overdue->order_id)};
  }
  const auto payment = contracts::decode<contracts::PaymentCaptured>(mail.details);
  if (!payment) return std::nullopt;
  return OfSale{.sale = store::sale_by_order(payment->order_id)};
}

}  // namespace

template <class Requested>
std::optional<std::string> Operations::token_of(const Mail& mail) const {
  const auto asked = contracts::decode<Requested>(mail.details);
  if (!asked || asked->expires_at <= data_.now()) return std::nullopt;
  return seal_.open(asked->sealed_token, asked->id);
}

std::string Operations::restoring_token(const contracts::AddressChanged& changed) const {
  const bool is_good = changed.sealed_token && changed.expires_at > data_.now();
  return is_good ? seal_.open(*changed.sealed_token, changed.id).value_or("") : "";
}

Task<Operations::Draft> Operations::draft(const Mail& mail) {
  switch (mail.which) {
    case Template::reset:
    case Template::verify:
    case Template::password_changed:
    case Template::device_added:
    case Template::change_address:
    case Template::address_change_asked:
    case Template::address_changed:
    case Template::delete_account:
    case Template::account_deleted: break;
    case Template::sold:
    case Template::paid:
    case Template::refunded:
    case Template::delivery_due:
    case Template::delivery_ready:
    case Template::delivery_overdue: co_return co_await draft_of_sale(mail);
    case Template::show_postponed:
    case Template::show_cancelled:
    case Template::show_moved: co_return co_await draft_of_show(mail);
  }
  co_return draft_of_account(mail);
}

Operations::Draft Operations::draft_of_account(const Mail& mail) const {
  Draft made{.recipient = mail.recipient};
  if (mail.which == Template::reset) {
    if (const auto token = token_of<contracts::ResetRequested>(mail))
      made.content = reset_content(settings_.site, *token);
  } else if (mail.which == Template::verify) {
    if (const auto token = token_of<contracts::VerificationRequested>(mail))
      made.content = verify_content(settings_.site, *token);
  } else if (mail.which == Template::change_address) {
    if (const auto token = token_of<contracts::AddressChangeRequested>(mail))
      made.content = change_address_content(settings_.site, *token);
  } else if (mail.which == Template::address_change_asked) {
    made.content = address_change_asked_content(settings_.site);
  } else if (mail.which == Template::address_changed) {
    if (const auto changed = contracts::decode<contracts::AddressChanged>(mail.details))
      made.content = address_changed_content(settings_.site, *changed, restoring_token(*changed));
  } else if (mail.which == Template::delete_account) {
    if (const auto token = token_of<contracts::ErasureRequested>(mail))
      made.content = delete_account_content(settings_.site, *token);
  } else if (mail.which == Template::account_deleted) {
    if (const auto erased = contracts::decode<contracts::UserErased>(mail.details))
      made.content = account_deleted_content(*erased);
  } else if (mail.which == Template::device_added) {
    if (const auto added = contracts::decode<contracts::DeviceAdded>(mail.details))
      made.content = device_added_content(settings_.site, *added);
  } else if (const auto changed = contracts::decode<contracts::PasswordChanged>(mail.details)) {
    made.content = password_changed_content(settings_.site, *changed);
  }
  return made;
}

Task<Operations::Draft> Operations::draft_of_sale(const Mail& mail) {
  auto of_sale = sale_of(mail);
  if (!of_sale) co_return Draft{};
  const auto found = co_await data_.database().query(std::move(of_sale->sale));
  if (found.empty()) co_return Draft{.content = Content{}};
  const Sale sale = found.rows.front().as<Sale>();
  const std::string& site = settings_.site;
  Draft to_seller{.recipient = sale.seller_email.value_or(""), .user_id = sale.seller_id};
  Draft to_buyer{.recipient = sale.buyer_email.value_or(""), .user_id = sale.buyer_id};
  const bool is_to_seller = mail.which == Template::sold || mail.which == Template::delivery_due ||
                            mail.which == Template::delivery_overdue;
  // No user is left to read it.
  if (is_to_seller ? sale.seller_is_erased : sale.buyer_is_erased) co_return Draft{};
  switch (mail.which) {
    case Template::sold: to_seller.content = sold_content(site, sale); co_return to_seller;
    case Template::delivery_due:
      // Late, given meanwhile, or paid back.
      if (of_sale->due_at > data_.now() && sale.is_waiting != 0)
        to_seller.content = delivery_due_content(site, sale, of_sale->due_at);
      co_return to_seller;
    case Template::delivery_overdue:
      to_seller.content = delivery_overdue_content(site, sale);
      co_return to_seller;
    case Template::delivery_ready:
      to_buyer.content = delivery_ready_content(site, sale);
      co_return to_buyer;
    case Template::paid: to_buyer.content = paid_content(site, sale); co_return to_buyer;
    default: to_buyer.content = refunded_content(site, sale, of_sale->refunded); co_return to_buyer;
  }
}

Task<Operations::Draft> Operations::draft_of_show(const Mail& mail) {
  const auto show = contracts::decode<contracts::ShowUpdated>(mail.details);
  if (!show) co_return Draft{};
  const auto erased = co_await data_.database().query(store::erased_person(mail.user_id));
  if (!erased.empty()) co_return Draft{};
  const auto found = co_await data_.database().query(store::person_by_id(mail.user_id));
  co_return Draft{.recipient = found.empty() ? "" : found.rows.front().as<Person>().email,
                  .content = show_content(settings_.site, mail.which, *show)};
}

}  // namespace ticketing::notifications
