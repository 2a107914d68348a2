// The pictures of shows, on made-up time; the decoder is told what it finds.
#include "shows/poster/poster.hpp"

#include <gmock/gmock.h>

#include "fixtures/test_client.hpp"
#include "shows/poster/operations.hpp"
#include "shows/service.hpp"
#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

using testing::HasSubstr;

// Takes what is sent for the picture in all sizes.
class TestDecoder final : public images::Decoder {
 public:
  Task<std::expected<images::Pictures, images::Fault>> decode(std::string file) override {
    ++calls;
    if (file == "bomb") co_return std::unexpected(images::Fault::too_large);
    if (file == "text") co_return std::unexpected(images::Fault::unreadable);
    if (file == "full") throw Unavailable("the worker queue is full");
    co_return images::Pictures{.width = 1280,
                               .height = 960,
                               .files = {file + "-small", file + "-medium", file + "-large"}};
  }
  int calls = 0;
};

class PosterTest : public ShowsTest {
 public:
  ~PosterTest() override { run(posters_.stop()); }

 protected:
  PosterTest() : show_id_(make_show()) {}

  Result<Show> set(const std::string& picture, const std::string& user_id = "maker") {
    return run(posters_.set_poster(show_id_, user_id, user_id, picture));
  }
  std::string read(const std::string& poster, const std::string& size = "small") {
    const auto content = run(posters_.read_poster(show_id_, poster, size));
    return content ? content->bytes : "none";
  }
  std::int64_t count(const char* table) {
    const db::Sql sql{"count", std::string("SELECT count(*) AS count FROM ") + table};
    return run(data_.database().query(sql())).first()->integer("count");
  }
  void erase_after(Milliseconds time) {
    platform_.skip(time);
    run(posters_.erase_unused());
  }

  static Task<> nothing() { co_return; }
  static Task<> killed() {
    throw Unavailable("killed");
    co_return;
  }
  // Right before the show gets the poster: after the commits of its row and of its three files.
  void before_the_change(std::function<Task<>()> hook) {
    platform_.pass(std::chrono::seconds{1});  // what is to be published has been
    for (int i = 0; i < 4; ++i) platform_.database().before_next_commit([] { return nothing(); });
    platform_.database().before_next_commit(std::move(hook));
  }

  TestDecoder* decoder_ = new TestDecoder;  // of posters_
  poster::Operations posters_{platform_.get(), data_, settings_,
                              std::unique_ptr<images::Decoder>(decoder_)};
  const std::string show_id_;
};

TEST_F(PosterTest, BelongsToItsShowInThreeSizes) {
  const auto changed = set("picture");
  ASSERT_TRUE(changed && changed->poster);
  EXPECT_EQ(changed->version, 1);
  EXPECT_EQ(show(show_id_).poster, changed->poster);
  for (const char* size : {"small", "medium", "large"})
    EXPECT_EQ(read(*changed->poster, size), std::string("picture-") + size);
  EXPECT_EQ(read(*changed->poster, "huge"), "none");
  EXPECT_EQ(read(platform_.next_id()), "none");
  EXPECT_EQ(read("../../etc"), "none");
  EXPECT_EQ(events("show.updated").size(), 1U);
}

TEST_F(PosterTest, IsNotDecodedForACallerWhoMayNotChangeTheShow) {
  EXPECT_EQ(refusal_of(set("picture", "stranger")), "not_your_show");
  EXPECT_EQ(refusal_of(run(posters_.set_poster(platform_.next_id(), "maker", "maker", "picture"))),
            "show_not_found");
  EXPECT_EQ(decoder_->calls, 0);
  EXPECT_EQ(count("posters"), 0);
}

TEST_F(PosterTest, IsRefusedInWordsWhenItCannotBeDecoded) {
  EXPECT_EQ(refusal_of(set("text")), "image_unreadable");
  EXPECT_EQ(refusal_of(set("bomb")), "image_too_large");
  EXPECT_THROW(set("full"), Unavailable);
  EXPECT_EQ(show(show_id_).poster, std::nullopt);
  EXPECT_EQ(count("posters"), 0);
}

TEST_F(PosterTest, ThatIsReplacedIsErasedAnHourLater) {
  const std::string first = *set("first")->poster, second = *set("second")->poster;
  erase_after(std::chrono::minutes{59});
  EXPECT_EQ(read(first), "first-small") << "pages may still show it";
  erase_after(std::chrono::minutes{2});
  EXPECT_EQ(read(first), "none");
  EXPECT_EQ(read(second), "second-small");
  erase_after(std::chrono::hours{100});
  EXPECT_EQ(read(second, "large"), "second-large");
  EXPECT_EQ(count("posters"), 1);
}

TEST_F(PosterTest, ThatIsRemovedIsErased) {
  const std::string poster = *set("first")->poster;
  const auto removed = run(posters_.remove_poster(show_id_, "maker"));
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->version, 2);
  EXPECT_EQ(run(posters_.remove_poster(show_id_, "maker"))->version, 2) << "there is none any more";
  EXPECT_EQ(refusal_of(run(posters_.remove_poster(show_id_, "stranger"))), "not_your_show");
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(read(poster), "none");
  EXPECT_EQ(count("posters"), 0);
  EXPECT_EQ(count("file_parts"), 0);
}

TEST_F(PosterTest, OfAMergedShowIsErased) {
  const std::string poster = *set("merged")->poster;
  const std::string into = make_show("Another show");
  ASSERT_TRUE(run(operations_.merge_shows({.id = show_id_, .into_id = into})));
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(read(poster), "none");
  EXPECT_EQ(count("posters"), 0);
  EXPECT_EQ(count("file_parts"), 0);
}

TEST_F(PosterTest, LeavesNoFileAfterALostRaceOrAKill) {
  // As a process that was killed after it had stored the files.
  before_the_change([] { return killed(); });
  EXPECT_THROW(set("lost"), Unavailable);
  EXPECT_EQ(count("posters"), 1);
  EXPECT_GT(count("file_parts"), 0);
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(count("posters"), 0);
  EXPECT_EQ(count("file_parts"), 0);
  EXPECT_TRUE(set("again"));
}

TEST_F(PosterTest, IsSetAgainWhenAnotherChangeWasFaster) {
  before_the_change([this] { return platform_.database().write(test_touch_show(show_id_)); });
  const auto changed = set("picture");
  ASSERT_TRUE(changed);
  EXPECT_EQ(read(*changed->poster), "picture-small");
}

TEST_F(PosterTest, IsNotGivenToAShowOnceItIsBeingErased) {
  const db::Sql erase{"erase_now", "UPDATE posters SET is_erasing = 1"};
  before_the_change([&] { return platform_.database().write(erase()); });
  EXPECT_THROW(set("late"), Unavailable);
  EXPECT_EQ(show(show_id_).poster, std::nullopt);
}

TEST_F(PosterTest, StaysWhenItsShowIsEdited) {
  const std::string poster = *set("picture")->poster;
  auto change = change_of(show_id_, details("Another name"));
  ASSERT_TRUE(update(std::move(change)));
  EXPECT_EQ(show(show_id_).poster, poster);
}

TEST_F(PosterTest, IsLimitedForEachUser) {
  for (int i = 0; i < 60; ++i) set("text");
  EXPECT_EQ(refusal_of(set("text")), "too_many_pictures");
  EXPECT_EQ(decoder_->calls, 60);
}

class PosterApiTest : public ShowsServiceTest {
 protected:
  PosterApiTest() : ShowsServiceTest(std::make_unique<TestDecoder>()) {}
};

TEST_F(PosterApiTest, AnswersWithAddressesThatNeverChange) {
  const auto made = send("POST", "/api/shows",
                         {.body = R"({"name":"Show","category":"concert","startsAt":")" +
                                  to_iso8601(platform_.now() + std::chrono::days{10}) +
                                  R"(","venue":{"name":"V","city":"C","country":"PL",)"
                                  R"("timeZone":"Europe/Warsaw"}})"});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, testing::Not(HasSubstr("poster")));
  const std::string path = std::string(*made.headers.find("Location"));
  const auto set = send("PUT", path + "/poster", {.body = "picture"});
  ASSERT_EQ(set.status, 200) << set.body;
  const std::size_t begin = set.body.find("\"small\":\"") + 9;
  const std::string small = set.body.substr(begin, set.body.find('"', begin) - begin);
  EXPECT_THAT(small, HasSubstr(path + "/poster/"));

  const auto picture = client_.send("GET", small, {});
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.body, "picture-small");
  EXPECT_EQ(picture.headers.find("Content-Type"), "image/webp");
  EXPECT_EQ(picture.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
  const std::string tag(*picture.headers.find("ETag"));
  const auto known = client_.send("GET", small, {.headers = {{"If-None-Match", tag}}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.body, "");
  EXPECT_EQ(send("GET", path + "/poster/x/small.webp").status, 404);

  EXPECT_EQ(send("PUT", path + "/poster", {.body = "text"}).status, 400);
  const auto removed = send("DELETE", path + "/poster");
  EXPECT_EQ(removed.status, 200);
  EXPECT_THAT(removed.body, testing::Not(HasSubstr("poster")));
}

}  // namespace
}  // namespace ticketing::shows
