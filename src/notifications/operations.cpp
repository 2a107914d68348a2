#include "notifications/operations.hpp"

#include <fmt/format.h>

#include "common/base/digest.hpp"
#include "common/base/log.hpp"
#include "common/runtime/change.hpp"
#include "notifications/store.hpp"

namespace ticketing::notifications {
namespace {

constexpr std::int64_t mails_in_a_round = 20;
constexpr std::chrono::days ended_mails_kept{30};

// "shop.example" of "Tickets <tickets@shop.example>".
std::string domain_of(std::string_view mailbox) {
  const std::string_view after = mailbox.substr(mailbox.rfind('@') + 1);
  return std::string(after.substr(0, after.find('>')));
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const Settings& settings, mail::Sender& sender)
    : platform_(platform),
      data_(data),
      settings_(settings),
      seal_(settings.mail_key),
      sender_(sender),
      erasure_(platform, "notifications", data.database(),
               [this](std::string user_id) { return erase(std::move(user_id)); }) {}

Mail Operations::mail_of(const News& news, const bus::Event& event) const {
  const Timestamp now = data_.now();
  return {.id = fmt::format("{}/{}/{}", name_of(news.which), event.id, news.user_id),
          .last_event_id = event.id,
          .which = news.which,
          .user_id = news.user_id,
          .recipient = news.recipient,
          .details = event.payload,
          .created_at = now,
          .due_at = now,
          .ended_at = std::nullopt};
}

bool Operations::is_news(const bus::Event& event) const {
  return !event.is_copy() && data_.now() < event.time + tried_for;
}

Task<bus::Verdict> Operations::tell(News news, const bus::Event& event) {
  if (!is_news(event)) co_return bus::Verdict::done;
  const Mail mail = mail_of(news, event);
  const bool is_new =
      co_await runtime::commit(data_, {.contends_for = mail.id, .write = store::insert_mail(mail)});
  if (is_new) wake_();
  co_return bus::Verdict::done;
}

std::string Operations::message_id(const Mail& mail) const {
  return sha256_hex(mail.id).substr(0, 40) + "@" + domain_of(settings_.from);
}

mail::Message Operations::message_of(const Mail& mail, const Content& content) const {
  return {.id = message_id(mail),
          .user_id = mail.user_id,
          .from = settings_.from,
          .to = mail.recipient,
          .subject = content.subject,
          .text = to_text(content),
          .html = to_html(content),
          .date = mail.created_at};
}

Task<> Operations::send_due() {
  for (;;) {
    const auto due =
        co_await data_.database().query(store::due_mails(data_.now(), mails_in_a_round));
    for (const db::Row& row : due.rows) {
      if (is_stopping_) co_return;
      co_await try_to_send(row.as<Mail>());
    }
    if (std::ssize(due.rows) < mails_in_a_round) break;
  }
}

Task<> Operations::try_to_send(Mail mail) {
  const bool is_ours = co_await runtime::commit(
      data_, {.contends_for = mail.id,
              .write = store::begin_attempt(mail, data_.now() + attempt_time_max)});
  if (!is_ours) co_return;
  ++mail.attempts;
  const Draft made = co_await draft(mail);
  if (mail.user_id.empty()) mail.user_id = made.user_id;
  if (!made.content) co_return co_await end(mail, Status::late);
  // The events that say so may come late.
  if (made.recipient.empty()) co_return co_await put_off(mail, "its recipient is not known");
  mail.recipient = made.recipient;
  const auto suppressed =
      co_await data_.database().query(store::suppressed_address(sha256_hex(mail.recipient)));
  if (!suppressed.empty()) co_return co_await end(mail, Status::suppressed);
  mail::Answer answer = co_await sender_.send(message_of(mail, *made.content));
  co_await note(mail, std::move(answer));
}

Task<> Operations::note(const Mail& mail, mail::Answer answer) {
  switch (answer.outcome) {
    case mail::Outcome::accepted: co_return co_await end(mail, Status::sent);
    case mail::Outcome::refused:
      co_return co_await end(mail, Status::refused, std::move(answer.reason));
    case mail::Outcome::no_mailbox: {
      db::Transaction transaction{.contends_for = mail.recipient, .statements = {}};
      transaction.statements.push_back(
          store::suppress_address(sha256_hex(mail.recipient), data_.now()));
      co_await data_.database().commit(std::move(transaction));
      co_return co_await end(mail, Status::refused, std::move(answer.reason));
    }
    case mail::Outcome::try_later: break;
  }
  log::warn("a mail was not taken", {{"mail", mail.id}, {"reason", answer.reason}});
  co_await put_off(mail, std::move(answer.reason));
}

Task<> Operations::put_off(const Mail& mail, std::string reason) {
  const Timestamp next = data_.now() + pause_after_failures(mail.attempts);
  if (next > mail.created_at + tried_for)
    co_return co_await end(mail, Status::given_up, std::move(reason));
  co_await runtime::commit(data_,
                           {.contends_for = mail.id, .write = store::put_off(mail.id, next)});
}

Task<> Operations::end(const Mail& mail, Status status, std::string reason) {
  const bool is_ended = co_await runtime::commit(
      data_, {.contends_for = mail.id, .write = store::end_mail(mail, status, data_.now())});
  if (!is_ended) co_return;
  platform_.metrics
      .counter("mails_total", "Mails that are over, by what became of them",
               {{"result", std::string(name_of(status))}})
      .Increment();
  if (status == Status::sent) co_return;
  log::warn("a mail is not sent",
            {{"mail", mail.id}, {"status", name_of(status)}, {"reason", reason}});
}

Task<> Operations::clean_up() {
  db::Transaction transaction;
  transaction.statements.push_back(store::delete_mails(data_.now() - ended_mails_kept));
  co_await data_.database().commit(std::move(transaction));
  co_await sender_.forget_before(data_.now() - ended_mails_kept);
}

}  // namespace ticketing::notifications
