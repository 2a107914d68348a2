// What can be done with shows. Each operation reads, applies a rule of show.hpp and writes by
// compare-and-set together with its event.
#pragma once

#include <optional>
#include <string>

#include "common/base/page.hpp"
#include "common/bus/event_bus.hpp"
#include "common/db/idempotency_keys.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/erasure.hpp"
#include "common/runtime/owned_data.hpp"
#include "shows/cities.hpp"
#include "shows/search/search.hpp"
#include "shows/settings.hpp"
#include "shows/show.hpp"
#include "shows/ticket_copy.hpp"

namespace ticketing::shows {

struct CreateShow {
  ShowDetails details;
  VenueDetails venue;
  std::string user_id;
  std::optional<db::IdempotencyKey> idempotency_key;
};

// A show that was made, or the same one from before.
struct MadeShow {
  Show show;
  bool is_new = false;
};

struct UpdateShow {
  std::string id;
  ShowDetails details;
  std::optional<VenueDetails> venue;  // nothing: it stays where it is
  std::optional<Plan> plan;
  std::optional<std::int64_t> seen_version;
  std::optional<std::string> user_id;  // nothing: an operator
};

struct MergeShows {
  std::string id;
  std::string into_id;
};

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data,
             const db::IdempotencyKeys& idempotency_keys, const Settings& settings);

  // The same name (as it is compared), venue and day once more gives the one that exists. Refuses
  // as check() and make_show() do.
  Task<Result<MadeShow>> create_show(CreateShow request);
  // Refuses with `show_not_found`, with `show_exists` when it would be the same as another, and as
  // check() and edit() do.
  Task<Result<Show>> update_show(UpdateShow request);
  // One show stands for the other from now on. Gives the one that stands. Refuses with
  // `show_not_found` and as merge() does.
  Task<Result<Show>> merge_shows(MergeShows request);
  // The show, or the one that stands for it. Refuses with `show_not_found`.
  Task<Result<Show>> show_show(std::string id);
  // The ids of the shows that this one stands for.
  Task<std::vector<std::string>> list_merged(const std::string& id);
  Task<Page<Show>> find_shows(search::Query query);
  // Where shows are to come.
  Task<std::vector<City>> list_cities();

  // A ticket came to this version.
  Task<bus::Verdict> follow_ticket(TicketCopy ticket);

  const Settings& settings() const { return settings_; }
  Timestamp now() const { return platform_.clock.now(); }

  // Of deleted accounts: forgets the answers to their requests.
  runtime::Erasure& erasure() { return erasure_; }

 private:
  Task<bool> erase(std::string user_id);
  struct WithSame {
    std::optional<Show> show;
    std::optional<Show> same;  // the show that is the same as it would be
  };
  struct Pair {
    std::optional<Show> show;
    std::optional<Show> into;
    bool has_merged_ones = false;  // the first one
  };
  Task<WithSame> find_with_same(const std::string& id, const ShowEdit& change);
  Task<Pair> find_pair(const std::string& id, const std::string& into_id);
  Task<std::optional<TicketCopy>> find_ticket(const std::string& id);
  Task<Venue> find_or_make_venue(VenueDetails details);
  Task<std::optional<Show>> find_one(db::Statement statement);
  runtime::Change change_to(const Show& before, const Show& after) const;

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const db::IdempotencyKeys& idempotency_keys_;
  const Settings settings_;
  search::Search search_;
  Cities cities_;
  runtime::Erasure erasure_;
};

}  // namespace ticketing::shows
