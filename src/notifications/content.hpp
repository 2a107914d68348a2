// What mails say. Each is written once, as paragraphs, of which both forms are made: plain text and
// HTML. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/money.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/shows_events.hpp"
#include "notifications/copies.hpp"
#include "notifications/mail_row.hpp"

namespace ticketing::notifications {

struct Link {
  std::string words;
  std::string url;
};

struct Content {
  std::string subject;
  std::vector<std::string> paragraphs;
  std::optional<Link> link = std::nullopt;  // after the first paragraph
};

// `site`: the address of the shop's pages, without a slash at its end. `token`: the one of the
// request.
Content reset_content(const std::string& site, const std::string& token);
Content verify_content(const std::string& site, const std::string& token);
Content password_changed_content(const std::string& site,
                                 const contracts::PasswordChanged& changed);

// To the address that was asked for, and to the present one.
Content change_address_content(const std::string& site, const std::string& token);
Content address_change_asked_content(const std::string& site);
// To the former one. `token`: of the link that restores it; empty: there is none, or none any more.
Content address_changed_content(const std::string& site, const contracts::AddressChanged& changed,
                                const std::string& token);
Content delete_account_content(const std::string& site, const std::string& token);
// The last mail to the address.
Content account_deleted_content(const contracts::UserErased& erased);
Content device_added_content(const std::string& site, const contracts::DeviceAdded& added);
// To the seller, then to the buyer. They name the ticket; what it is good for, its code, is on the
// page alone.
Content sold_content(const std::string& site, const Sale& sale);
Content paid_content(const std::string& site, const Sale& sale);
Content refunded_content(const std::string& site, const Sale& sale, Money amount);
// To the seller, who has to give the ticket until then.
Content delivery_due_content(const std::string& site, const Sale& sale, Timestamp due_at);
// To the buyer: the ticket came after the sale.
Content delivery_ready_content(const std::string& site, const Sale& sale);
// To the seller.
Content delivery_overdue_content(const std::string& site, const Sale& sale);
// `which`: show_postponed, show_cancelled or show_moved.
Content show_content(const std::string& site, Template which, const contracts::ShowUpdated& show);

std::string to_text(const Content& content);
// Everything is escaped; nothing is loaded from elsewhere.
std::string to_html(const Content& content);

}  // namespace ticketing::notifications
