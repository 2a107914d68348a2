#include "shows/poster/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/runtime/change.hpp"
#include "contracts/codes.hpp"
#include "shows/limits.hpp"
#include "shows/poster/poster.hpp"
#include "shows/poster/store.hpp"
#include "shows/show_events.hpp"
#include "shows/store.hpp"

namespace ticketing::shows::poster {
namespace {

constexpr Milliseconds erasing_interval{60'000};
constexpr std::int64_t erased_at_once = 100;

std::unexpected<Error> no_such_show() {
  return refuse(ErrorKind::not_found, slugs::show_not_found, "There is no such show.");
}

Error error_of(images::Fault fault) {
  if (fault == images::Fault::too_large) {
    return {
        .slug = slugs::image_too_large(images::megapixels_max),
        .detail = fmt::format("The picture has more than {} million pixels. Send a smaller one.",
                              images::megapixels_max)};
  }
  return {.slug = slugs::image_unreadable,
          .detail =
              "This file is no JPEG, PNG or WebP picture, or it is damaged. Save it again as "
              "one of these, and send that."};
}

std::string key_of(const std::string& show_id, const std::string& poster, std::string_view size) {
  return fmt::format("posters/{}-{}-{}.webp", show_id, poster, size);
}

}  // namespace

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const Settings& settings, std::unique_ptr<images::Decoder> decoder)
    : platform_(platform),
      data_(data),
      settings_(settings),
      files_(platform.open_files("shows", data.database())),
      decoder_(std::move(decoder)),
      pictures_of_user_(settings.pictures_an_hour, std::chrono::hours{1}),
      erasing_(platform, "erase the posters that no show has", erasing_interval) {}

void Operations::start() {
  erasing_.start([this] { return erase_unused(); });
}

Task<> Operations::stop() { co_await erasing_.stop(); }

Task<std::optional<Show>> Operations::find_show(const std::string& id) {
  const auto found = co_await data_.database().query(shows::store::show_by_id(id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<Show>();
}

std::optional<Error> Operations::count_picture(const std::string& user_id) {
  const auto wait =
      pictures_of_user_.take(limits::Caller::user(user_id), platform_.clock.steady_now());
  if (wait.count() == 0) return std::nullopt;
  return Error{.kind = ErrorKind::throttled,
               .slug = slugs::too_many_pictures(wait.count()),
               .detail = "Too many pictures in an hour. Try again later.",
               .fields = {},
               .retry_after = wait};
}

Task<Result<Show>> Operations::set_poster(std::string show_id, std::string user_id,
                                          std::optional<std::string> editor, std::string picture) {
  // Nothing is decoded for a caller who may not change the show.
  const auto show = co_await find_show(show_id);
  if (!show) co_return no_such_show();
  if (const auto allowed = with_poster(*show, std::nullopt, editor, platform_.clock.now());
      !allowed)
    co_return std::unexpected(allowed.error());
  if (auto error = count_picture(user_id)) co_return std::unexpected(*std::move(error));
  const auto pictures = co_await decoder_->decode(std::move(picture));
  if (!pictures) co_return std::unexpected(error_of(pictures.error()));
  const std::string poster = platform_.ids.next();
  co_await store_files(show->id, poster, *pictures);
  co_return co_await change(show->id, poster, std::move(editor));
}

// The row first: what a killed process has stored is found by it, and erased.
Task<> Operations::store_files(const std::string& show_id, const std::string& poster,
                               const images::Pictures& pictures) {
  db::Transaction transaction{.contends_for = show_id, .statements = {}};
  transaction.statements.push_back(store::insert_poster(poster, show_id, platform_.clock.now()));
  co_await data_.database().commit(std::move(transaction));
  for (std::size_t size = 0; size < images::sizes.size(); ++size) {
    co_await files_->put(key_of(show_id, poster, images::sizes[size].name), pictures.files[size]);
  }
}

Task<Result<Show>> Operations::remove_poster(std::string show_id,
                                             std::optional<std::string> user_id) {
  const auto show = co_await find_show(show_id);
  if (!show) co_return no_such_show();
  co_return co_await change(show->id, std::nullopt, std::move(user_id));
}

Task<Result<Show>> Operations::change(std::string show_id, std::optional<std::string> poster,
                                      std::optional<std::string> user_id) {
  co_return co_await runtime::change(
      data_, [&] { return find_show(show_id); },
      [&](const std::optional<Show>& show) -> Result<runtime::Decision<Show>> {
        if (!show || show->id != show_id) return no_such_show();
        const Timestamp now = platform_.clock.now();
        const auto after = with_poster(*show, poster, user_id, now);
        if (!after) return std::unexpected(after.error());
        if (show->poster == poster) return runtime::unchanged(*show);
        const bus::Event event = data_.events().make(updated_event(*after, settings_));
        return runtime::changed(*after, {.contends_for = after->venue.id,
                                         .write = store::set_poster(*after, event.id),
                                         .also = store::note_use(*after, event.id, now),
                                         .event = event,
                                         .entity_id = after->id});
      });
}

Task<std::optional<files::Content>> Operations::read_poster(std::string show_id, std::string poster,
                                                            std::string size) {
  const auto kept = std::ranges::find(images::sizes, size, &images::KeptSize::name);
  if (!is_uuid(show_id) || !is_uuid(poster) || kept == images::sizes.end()) co_return std::nullopt;
  co_return co_await files_->get(key_of(show_id, poster, size), kept->bytes_max);
}

Task<> Operations::erase_unused() {
  db::Transaction begin{.contends_for = "posters", .statements = {}};
  begin.statements.push_back(store::begin_to_erase(platform_.clock.now() - unused_poster_kept));
  co_await data_.database().commit(std::move(begin));
  for (;;) {
    const auto found = co_await data_.database().query(store::posters_to_erase(erased_at_once));
    for (const db::Row& row : found.rows) {
      const auto poster = row.as<store::UnusedPoster>();
      for (const auto& size : images::sizes)
        co_await files_->erase(key_of(poster.show_id, poster.id, size.name));
      // The last trace: a killed process erases the same files again.
      db::Transaction end{.contends_for = poster.show_id, .statements = {}};
      end.statements.push_back(store::delete_poster(poster.id));
      co_await data_.database().commit(std::move(end));
    }
    if (static_cast<std::int64_t>(found.rows.size()) < erased_at_once || erasing_.is_stopping())
      co_return;
  }
}

}  // namespace ticketing::shows::poster
