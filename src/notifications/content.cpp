#include "notifications/content.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "notifications/html.hpp"

namespace ticketing::notifications {
namespace {

std::string html_of(const Link& link) {
  const std::string url = escape_html(link.url);
  return fmt::format(
      "<p><a href=\"{0}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;"
      "background:#4338ca;color:#ffffff;text-decoration:none\">{1}</a></p>\n"
      "<p>If the button does not work, open this address:<br>{0}</p>\n",
      url, escape_html(link.words));
}

std::string date_of(Timestamp time) {
  return fmt::format("{:%d %B %Y at %H:%M} UTC", std::chrono::floor<std::chrono::seconds>(time));
}

// In dollars: there is no other currency.
std::string amount_of(Money money) {
  return fmt::format("${}.{:02}", money.cents / 100, money.cents % 100);
}

std::string place_of(const std::string& show, const std::string& venue, const std::string& city) {
  return fmt::format("“{}” at {}, {}", show, venue, city);
}

std::string name_of_ticket(const Sale& sale) {
  if (!sale.show_name) return fmt::format("“{}”", sale.title);
  const std::string place =
      place_of(*sale.show_name, sale.venue.value_or(""), sale.city.value_or(""));
  // Sellers often give a ticket the name of its show.
  return sale.title == *sale.show_name ? place : fmt::format("“{}” for {}", sale.title, place);
}

// `what`: a sentence about what was done to the account, by its owner or by a thief.
Content own_act_content(const std::string& site, std::string subject, const std::string& what) {
  return {.subject = std::move(subject),
          .paragraphs = {what + " If it was you, there is nothing to do.",
                         "If it was not you, choose a new password now: that ends every session "
                         "of your account."},
          .link = Link{.words = "I did not do this", .url = site + "/forgot"}};
}

}  // namespace

Content reset_content(const std::string& site, const std::string& token) {
  return {.subject = "Choose a new password",
          .paragraphs = {"A new password was asked for, for the account of this address. To choose "
                         "one, open this page:",
                         fmt::format("The link is good for {} minutes, and once. A new password "
                                     "ends all your sessions.",
                                     contracts::ResetRequested::link_life.count()),
                         "If you did not ask for it, do nothing: your password stays as it is."},
          .link = Link{.words = "Choose a new password", .url = site + "/reset?token=" + token}};
}

Content verify_content(const std::string& site, const std::string& token) {
  return {
      .subject = "Confirm your address",
      .paragraphs = {"An account was opened with this address. If it is yours, open this page "
                     "and press the button:",
                     fmt::format("The link is good for {} hours, and once.",
                                 contracts::VerificationRequested::link_life.count()),
                     fmt::format("If you did not open an account, you need do nothing: who did, "
                                 "perhaps by a mistyped address, cannot confirm yours without this "
                                 "mail. To take the account over, choose a new password for it: "
                                 "{}/forgot",
                                 site)},
      .link = Link{.words = "Confirm my address", .url = site + "/verify?token=" + token}};
}

Content password_changed_content(const std::string& site,
                                 const contracts::PasswordChanged& changed) {
  return own_act_content(
      site, "Your password was changed",
      fmt::format("The password of your account was changed on {}.", date_of(changed.changed_at)));
}

Content change_address_content(const std::string& site, const std::string& token) {
  return {.subject = "Use this address for your account",
          .paragraphs = {"The owner of an account asked to use this address for it. If that is "
                         "you, open this page and press the button:",
                         fmt::format("The link is good for {} minutes, and once. You then sign in "
                                     "with this address.",
                                     contracts::AddressChangeRequested::link_life.count()),
                         "If it was not you, do nothing: your address is not used."},
          .link = Link{.words = "Use this address", .url = site + "/verify?token=" + token}};
}

Content address_change_asked_content(const std::string& site) {
  return own_act_content(site, "Another address was asked for",
                         fmt::format("Another address was asked for, for your account. It replaces "
                                     "this one when a link is used that was mailed there, within "
                                     "{} minutes.",
                                     contracts::AddressChangeRequested::link_life.count()));
}

Content address_changed_content(const std::string& site, const contracts::AddressChanged& changed,
                                const std::string& token) {
  Content content{
      .subject = "Your account has another address",
      .paragraphs = {fmt::format("On {}, another address replaced this one in your account.",
                                 date_of(changed.changed_at))}};
  if (token.empty()) {
    content.paragraphs[0] += " Sign in with the other one:";
    content.paragraphs.emplace_back(
        "If it was not you, write to the shop now: it alone can undo this.");
    content.link = Link{.words = "Sign in", .url = site + "/auth/signin"};
    return content;
  }
  content.paragraphs[0] += " If it was not you, take the account back on this page:";
  content.paragraphs.emplace_back(fmt::format(
      "You choose a new password there. This address is then the one of your account again, and "
      "every session ends. The link is good for {} hours, and once.",
      contracts::AddressChanged::link_life.count()));
  content.paragraphs.emplace_back(
      "If it was you, there is nothing to do: sign in with the other address.");
  content.link = Link{.words = "Take my account back", .url = site + "/restore?token=" + token};
  return content;
}

Content delete_account_content(const std::string& site, const std::string& token) {
  return {
      .subject = "Delete your account",
      .paragraphs = {"The owner of the account of this address asked to delete it. To delete it "
                     "for good, open this page and press the button:",
                     fmt::format("The link is good for {} minutes, and once. Tickets that you "
                                 "have bought cannot be opened any more then: save them before.",
                                 contracts::ErasureRequested::link_life.count()),
                     fmt::format("If it was not you, do nothing with the link, and choose a new "
                                 "password now: {}/forgot",
                                 site)},
      .link = Link{.words = "Delete my account", .url = site + "/erase?token=" + token}};
}

Content account_deleted_content(const contracts::UserErased& erased) {
  return {.subject = "Your account is deleted",
          .paragraphs = {fmt::format("Your account was deleted on {}. This is the last mail: we "
                                     "forget your address with it.",
                                     date_of(erased.erased_at)),
                         "What you offered is taken off the market, and what you had not paid for "
                         "is cancelled. Of sales that were paid we keep the amounts."}};
}

Content device_added_content(const std::string& site, const contracts::DeviceAdded& added) {
  return own_act_content(
      site, "A new device is signed in to your account",
      fmt::format("On {}, {} was signed in to your account. We do not know this browser, or not "
                  "any more.",
                  date_of(added.added_at), added.device.value_or("a device")));
}

Content sold_content(const std::string& site, const Sale& sale) {
  return {.subject = fmt::format("Your ticket is sold: {}", sale.title),
          .paragraphs = {fmt::format("A buyer has paid {} for your ticket {}. Your sales are on "
                                     "this page:",
                                     amount_of(sale.price), name_of_ticket(sale)),
                         "Keep no copy that you would use or sell: the ticket is the buyer's now."},
          .link = Link{.words = "See my sales", .url = site + "/sell"}};
}

Content paid_content(const std::string& site, const Sale& sale) {
  return {.subject = fmt::format("You have bought a ticket: {}", sale.title),
          .paragraphs = {fmt::format("You have paid {} for {}. The page of your order has the "
                                     "ticket, or says that its seller has not attached it yet:",
                                     amount_of(sale.price), name_of_ticket(sale)),
                         "The ticket itself is in no mail: the page shows it to you alone, when "
                         "you are signed in."},
          .link = Link{.words = "Go to my ticket", .url = site + "/orders/" + sale.order_id}};
}

Content refunded_content(const std::string& site, const Sale& sale, Money amount) {
  return {.subject = fmt::format("You get money back: {}", sale.title),
          .paragraphs = {fmt::format("{} of what you have paid for {} goes back to you, the way "
                                     "you paid. The page of your order says more:",
                                     amount_of(amount), name_of_ticket(sale)),
                         "A bank may need some days until you see the money."},
          .link = Link{.words = "Go to my order", .url = site + "/orders/" + sale.order_id}};
}

Content delivery_due_content(const std::string& site, const Sale& sale, Timestamp due_at) {
  return {.subject = fmt::format("Give your buyer the ticket: {}", sale.title),
          .paragraphs = {fmt::format("Your ticket {} is sold, and its buyer has paid. Add its file "
                                     "or its code until {}, on the page of the ticket:",
                                     name_of_ticket(sale), date_of(due_at)),
                         "If there is none by then, the sale ends by itself, and the buyer gets "
                         "the money back."},
          .link = Link{.words = "Add the ticket", .url = site + "/tickets/" + sale.ticket_id}};
}

Content delivery_ready_content(const std::string& site, const Sale& sale) {
  return {.subject = fmt::format("Your ticket is here: {}", sale.title),
          .paragraphs = {fmt::format("The seller has given your ticket {}. It is on the page of "
                                     "your order:",
                                     name_of_ticket(sale))},
          .link = Link{.words = "Go to my ticket", .url = site + "/orders/" + sale.order_id}};
}

Content delivery_overdue_content(const std::string& site, const Sale& sale) {
  return {.subject = fmt::format("Your sale has ended: {}", sale.title),
          .paragraphs = {fmt::format("There was no file and no code for your ticket {} in time, so "
                                     "its buyer gets the money back. Your sales are on this page:",
                                     name_of_ticket(sale))},
          .link = Link{.words = "See my sales", .url = site + "/sell"}};
}

Content show_content(const std::string& site, Template which, const contracts::ShowUpdated& show) {
  const std::string place = place_of(show.name, show.venue.name, show.venue.city);
  Content content{.subject = fmt::format("A show of yours has a new time: {}", show.name),
                  .paragraphs = {fmt::format("The date or the time of {} was changed. The page of "
                                             "the show says when it takes place now:",
                                             place)},
                  .link = Link{.words = "See the show", .url = site + "/shows/" + show.id}};
  if (which == Template::show_postponed) {
    content.subject = fmt::format("A show of yours is postponed: {}", show.name);
    content.paragraphs = {
        fmt::format("{} does not take place when it was to. The page of the show will have the "
                    "new date:",
                    place)};
  } else if (which == Template::show_cancelled) {
    content.subject = fmt::format("A show of yours is cancelled: {}", show.name);
    content.paragraphs = {fmt::format("{} does not take place. The page of the show:", place)};
  }
  content.paragraphs.emplace_back("You get this mail because you have bought a ticket for it.");
  return content;
}

std::string to_text(const Content& content) {
  std::string text;
  for (const std::string& paragraph : content.paragraphs) {
    text += paragraph + "\n\n";
    if (content.link && &paragraph == &content.paragraphs.front())
      text += content.link->url + "\n\n";
  }
  text.pop_back();
  return text;
}

std::string to_html(const Content& content) {
  std::string body;
  for (const std::string& paragraph : content.paragraphs) {
    body += fmt::format("<p>{}</p>\n", escape_html(paragraph));
    if (content.link && &paragraph == &content.paragraphs.front()) body += html_of(*content.link);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n"
      "<body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:0 auto;"
      "padding:16px\">\n{}</body></html>\n",
      escape_html(content.subject), body);
}

}  // namespace ticketing::notifications
