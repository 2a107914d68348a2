#include "notifications/copies.hpp"

#include "notifications/mail_row.hpp"

namespace ticketing::notifications {
namespace {

std::string template_of(ShowChange change) {
  switch (change) {
    case ShowChange::postponed: return std::string(name_of(Template::show_postponed));
    case ShowChange::cancelled: return std::string(name_of(Template::show_cancelled));
    case ShowChange::none:
    case ShowChange::moved: break;
  }
  return std::string(name_of(Template::show_moved));
}

}  // namespace

ShowCopy with_change(ShowCopy after, const ShowCopy& before,
                     const std::optional<ShowCopy>& substitute, const ShowNews& news) {
  after.merged_at = before.merged_at;
  after.change_template = before.change_template;
  after.change_event_id = before.change_event_id;
  after.change_details = before.change_details;
  after.changed_at = before.changed_at;
  const bool is_merge = after.merged_into != before.merged_into;
  if (is_merge) after.merged_at = news.time;
  const ShowChange change = change_between(before, is_merge && substitute ? *substitute : after);
  if (change == ShowChange::none) return after;
  after.changed_at.reset();
  if (!news.is_told) return after;
  after.change_template = template_of(change);
  after.changed_at = news.time;
  const bool is_known = is_merge && substitute && substitute->changed_at &&
                        substitute->change_template == after.change_template;
  after.change_event_id = is_known ? substitute->change_event_id : news.event_id;
  after.change_details = is_known ? substitute->change_details : news.details;
  return after;
}

}  // namespace ticketing::notifications
