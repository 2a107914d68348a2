// I26: the server of the mails is busy, slow and silent, goes away, loses its answers and refuses
// some people, and the program notifications is killed about every second. Every mail arrives, and
// again only where an answer was lost. Needs the distributed shape; of its services only this one
// runs. TICKETING_MAIL_EVENTS is how many mails there are.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "contracts/auth_events.hpp"
#include "fixtures/number_from.hpp"
#include "servers/smtp_server.hpp"
#include "system/distributed_system.hpp"
#include "system/http_client.hpp"
#include "system/nats_console.hpp"

namespace ticketing::system {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Step = servers::SmtpServer::Step;

constexpr int busy_percent = 3, closed_percent = 2, lost_percent = 4, slow_percent = 5;
constexpr int refused_percent = 2;  // of the people
constexpr int silent_of_a_thousand = 3;
constexpr milliseconds slowness{10};

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t from = at + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

std::string address_of(int person) { return fmt::format("person-{}@example.com", person); }
bool is_refused(int person) { return person % 100 < refused_percent; }

// What became of one mail, as the server knows it.
struct Arrivals {
  std::string message_id;
  int times = 0;
  int lost_answers = 0;
};

class BadMailServer {
 public:
  explicit BadMailServer(std::uint64_t seed) : random_(seed) {
    server_.answer_by([this](Step step, const std::string& said) { return answer(step, said); });
  }

  std::string url() const { return server_.url(); }
  int connections() const { return server_.connections(); }
  // From now on it does everything well, and still refuses the people that it refused.
  void recover() {
    const std::lock_guard lock(mutex_);
    is_good_ = true;
  }
  // Its client was killed: the answer to the last mail may not have reached it.
  void lose_client() {
    ASSERT_TRUE(wait_until([&] { return !server_.has_client(); }, patient(seconds{10})));
    const std::lock_guard lock(mutex_);
    if (!last_.empty()) ++by_address_[last_].lost_answers;
    last_.clear();
  }
  std::map<std::string, Arrivals> arrivals() const {
    const std::lock_guard lock(mutex_);
    return by_address_;
  }
  std::map<std::string, int> faults() const {
    const std::lock_guard lock(mutex_);
    return faults_;
  }

 private:
  std::string answer(Step step, const std::string& said) {
    const std::string line = decide(step, said);
    if (line == servers::SmtpServer::good_answer(step) && is_slow())
      std::this_thread::sleep_for(slowness);
    return line;
  }
  bool is_slow() {
    const std::lock_guard lock(mutex_);
    return happens("slow answers", slow_percent);
  }
  std::string decide(Step step, const std::string& said) {
    const std::lock_guard lock(mutex_);
    if (step == Step::content) return take(said);
    if (step == Step::recipient && is_refused(person_in(said))) return "550 5.7.1 not from you";
    if (happens("busy", busy_percent)) return step == Step::greeting ? "421 too busy" : "451 busy";
    if (happens("closed connections", closed_percent)) return servers::SmtpServer::goes_away;
    return servers::SmtpServer::good_answer(step);
  }
  // Once a mail has come, its answer is lost at most once by this server.
  std::string take(const std::string& content) {
    if (happens("busy", busy_percent)) return "451 disk full";
    const std::string address = between(content, "\r\nTo: <", ">\r\n");
    Arrivals& mail = by_address_[address];
    const std::string id = between(content, "\r\nMessage-ID: <", ">\r\n");
    EXPECT_TRUE(mail.times == 0 || mail.message_id == id) << address << " " << id;
    mail.message_id = id;
    last_ = address;
    if (++mail.times > 1) return "250 again";
    if (happens("lost answers", lost_percent)) {
      ++mail.lost_answers;
      return servers::SmtpServer::goes_away;
    }
    if (!is_good_ && static_cast<int>(random_() % 1000) < silent_of_a_thousand) {
      ++faults_["answers that never came"];
      ++mail.lost_answers;
      return servers::SmtpServer::stays_silent;
    }
    return servers::SmtpServer::good_answer(Step::content);
  }
  bool happens(const std::string& fault, int percent) {
    const bool does = !is_good_ && static_cast<int>(random_() % 100) < percent;
    if (does) ++faults_[fault];
    return does;
  }
  static int person_in(const std::string& command) {
    return std::stoi(between(command, "person-", "@"));
  }

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  bool is_good_ = false;
  std::map<std::string, Arrivals> by_address_;
  std::map<std::string, int> faults_;
  std::string last_;  // the address of the mail that came last
  servers::SmtpServer server_;
};

class MailFaults : public testing::Test {
 protected:
  MailFaults() {
    fmt::print("seed {}\n", seed_);
    system_.start_replica("streams", 0);
    start();
    EXPECT_TRUE(wait_until([&] { return is_ready(); }, patient(seconds{60}))) << system_.log();
    console_ = std::make_unique<NatsConsole>(system_.servers().nats.url("operator"));
  }

  int lives() const { return std::max(10, mails_ / 150); }
  void start() { system_.start_replica("notifications", 0); }
  // Auth's keys do not come, as auth does not run; this service has no use for them.
  bool is_ready() {
    try {
      const std::uint16_t port = port_of_service(system_, "notifications");
      HttpClient client([port](std::string_view) { return port; });
      const std::string body = client.get("/readyz").body;
      return body.find(R"("bus":"ok")") != std::string::npos &&
             body.find(R"("notifications":"ok")") != std::string::npos;
    } catch (const ConnectionLost&) {
      return false;
    }
  }

  // Some come twice.
  void publish(int count) {
    for (int i = 0; i < count && published_ < mails_; ++i, ++published_) {
      const contracts::PasswordChanged changed{.user_id = fmt::format("user-{}", published_),
                                               .email = address_of(published_),
                                               .changed_at = Timestamp{}};
      const bus::Event event{.id = fmt::format("018f6b31-0000-7000-8000-{:012}", published_),
                             .subject = std::string(contracts::PasswordChanged::subject),
                             .source = "auth",
                             .payload = encode(changed),
                             .context = {},
                             .time = SystemClock{}.now()};
      for (int copy = 0; copy <= (published_ % 10 == 0 ? 1 : 0); ++copy)
        console_->publish(event, fmt::format("{}-{}", event.id, copy));
    }
    console_->flush();
  }

  std::int64_t count(const std::string& condition) {
    return std::stoll(
        *system_.query("notifications", "SELECT count(*) FROM mails WHERE " + condition)[0][0]);
  }
  bool all_are_over() { return count("status <> 'waiting'") == mails_; }

  // A process lives for about a second, of which it sends for some part. While none lives, three
  // hours pass for the mails: as long as an attempt of the dead one, or any pause, can last.
  void live_and_die() {
    const int before = server_.connections();
    start();
    wait_until([&] { return server_.connections() > before; }, patient(seconds{3}));
    std::this_thread::sleep_for(milliseconds{random_() % 1'400});
    system_.kill_replica("notifications", 0);
    server_.lose_client();
    ++kills_;
    // PostgreSQL still does what the dead one has sent.
    EXPECT_TRUE(wait_until(
        [&] {
          return system_
              .query("notifications",
                     "SELECT 1 FROM pg_stat_activity WHERE datname = 'notifications' "
                     "AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
              .empty();
        },
        patient(seconds{10})));
    system_.query("notifications",
                  "UPDATE mails SET due_at = due_at - 10800000 WHERE status = 'waiting'");
  }

  // As a last one does that is not killed.
  void come_to_rest() {
    server_.recover();
    start();
    EXPECT_TRUE(
        wait_until([&] { return all_are_over(); }, patient(seconds{120}), milliseconds{200}))
        << count("status = 'waiting'") << " mails still wait\n"
        << system_.log();
  }

  void expect_each_once_and_none_lost() {
    int arrived = 0, again = 0, most = 0;
    const auto arrivals = server_.arrivals();
    for (int person = 0; person < mails_; ++person) {
      const auto found = arrivals.find(address_of(person));
      const Arrivals mail = found == arrivals.end() ? Arrivals{} : found->second;
      if (is_refused(person)) {
        EXPECT_EQ(mail.times, 0) << address_of(person);
        continue;
      }
      EXPECT_GE(mail.times, 1) << address_of(person) << " got nothing";
      EXPECT_LE(mail.times, 1 + mail.lost_answers) << address_of(person) << " got it too often";
      ++arrived;
      again += mail.times - 1;
      most = std::max(most, mail.times);
    }
    fmt::print(
        "{} mails, {} kills: {} arrived, {} are refused for good; {} arrivals were repetitions, "
        "none came more than {} times\n",
        mails_, kills_, arrived, mails_ - arrived, again, most);
    for (const auto& [fault, times] : server_.faults()) fmt::print("  {} {}\n", times, fault);
    EXPECT_EQ(count("status = 'sent'"), arrived);
    EXPECT_EQ(count("status = 'refused'"), mails_ - arrived);
  }

  const int mails_ = static_cast<int>(fixtures::number_from("TICKETING_MAIL_EVENTS", 500));
  const std::uint64_t seed_ = static_cast<std::uint64_t>(
      fixtures::number_from("TICKETING_SEED", static_cast<double>(std::random_device{}())));
  std::mt19937_64 random_{seed_};
  BadMailServer server_{seed_};
  DistributedSystem system_{Variables{{"SMTP_URL", server_.url()}, {"LOG_LEVEL", "error"}}, 1};
  std::unique_ptr<NatsConsole> console_;
  int published_ = 0;
  int kills_ = 0;
};

TEST_F(MailFaults, LoseNoMailAndRepeatOnlyThoseWhoseAnswerWasLost) {
  system_.kill_replica("notifications", 0);
  while (published_ < mails_ || (kills_ < 10 && !all_are_over())) {
    publish(mails_ / lives() + 1);
    live_and_die();
  }
  for (int i = 0; i < lives() && !all_are_over(); ++i) live_and_die();
  come_to_rest();
  expect_each_once_and_none_lost();
  EXPECT_THAT(system_.dead_letters(), testing::IsEmpty());
  for (const char* fault : {"busy", "closed connections", "lost answers", "slow answers"})
    EXPECT_GT(server_.faults()[fault], 0) << fault;
}

}  // namespace
}  // namespace ticketing::system
