#include "delivery/reading_turns.hpp"

#include "common/base/codes.hpp"
#include "delivery/limits.hpp"

namespace ticketing::delivery {
namespace {

// What a file takes that is no attack, until some have been measured.
constexpr Milliseconds usual_time{200};

limits::Parties parties_of(const Sender& sender) {
  limits::Parties parties{.user = limits::Caller::user(sender.user_id)};
  if (!sender.address.empty()) parties.address = limits::Caller::address(sender.address);
  return parties;
}

Error too_many_at_once() {
  return {.kind = ErrorKind::throttled,
          .slug = slugs::too_many_requests,
          .detail = "Other files of yours are being read. Try again in a moment.",
          .fields = {},
          .retry_after = std::chrono::seconds{1}};
}

}  // namespace

ReadingTurns::ReadingTurns(const Executor& executor, const Clock& clock)
    : places_(std::make_shared<limits::Shares>(
          limits::ShareLimits{.per_address = files_at_once.per_address.standard,
                              .per_user = files_at_once.per_user.standard})),
      turns_(executor, clock, "too many ticket files wait to be read",
             {.wait_max = std::chrono::seconds{files_at_once.in_all.standard},
              .first_guess = usual_time}) {}

Task<Result<ReadingTurns::Turn>> ReadingTurns::take(Sender sender) {
  const limits::Parties parties = parties_of(sender);
  const auto places = places_;
  limits::Shares::Hold place;
  if (places->take(place, parties) != limits::Full::no) co_return refuse(too_many_at_once());
  auto turn = co_await turns_.take(parties.address.value_or(*parties.user));
  co_return Turn{.places = places, .place = std::move(place), .turn = std::move(turn)};
}

}  // namespace ticketing::delivery
