// What can be done with the pictures of shows. The files are stored before a show has them, and
// erased an hour after no show has them any more.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/files/store.hpp"
#include "common/images/pictures.hpp"
#include "common/limits/rate_limit.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "shows/settings.hpp"
#include "shows/show.hpp"

namespace ticketing::shows::poster {

class Operations {
 public:
  Operations(runtime::Platform& platform, runtime::OwnedData& data, const Settings& settings,
             std::unique_ptr<images::Decoder> decoder);

  // `picture` is a file as it was sent, which counts for `user_id`. `editor`: the same, or nothing
  // for an operator. Refuses with `show_not_found`, as with_poster() does, with `image_unreadable`
  // and `image_too_large`, and with `too_many_pictures`.
  Task<Result<Show>> set_poster(std::string show_id, std::string user_id,
                                std::optional<std::string> editor, std::string picture);
  // No poster any more; no effect when there is none. `user_id`: nothing for an operator. Refuses
  // with `show_not_found` and as with_poster() does.
  Task<Result<Show>> remove_poster(std::string show_id, std::optional<std::string> user_id);
  // A WebP file; nothing when there is none. `size` is the name of one.
  Task<std::optional<files::Content>> read_poster(std::string show_id, std::string poster,
                                                  std::string size);

  void start();
  Task<> stop();
  // What start() does again and again: erases posters that no show has had for an hour.
  Task<> erase_unused();

 private:
  Task<std::optional<Show>> find_show(const std::string& id);
  Task<> store_files(const std::string& show_id, const std::string& poster,
                     const images::Pictures& pictures);
  Task<Result<Show>> change(std::string show_id, std::optional<std::string> poster,
                            std::optional<std::string> user_id);
  std::optional<Error> count_picture(const std::string& user_id);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const Settings settings_;
  const std::unique_ptr<files::Store> files_;
  const std::unique_ptr<images::Decoder> decoder_;
  limits::RateLimit pictures_of_user_;
  runtime::Periodic erasing_;
};

}  // namespace ticketing::shows::poster
