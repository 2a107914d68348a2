#include "simulation/simulation.hpp"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <optional>

#include "common/base/log.hpp"
#include "fixtures/story.hpp"
#include "republish/shop.hpp"
#include "simulation/breaks.hpp"
#include "simulation/checks.hpp"
#include "simulation/disk.hpp"
#include "simulation/people.hpp"

namespace ticketing::simulation {
namespace {

using fixtures::TestDatabase;
using republish::Shop;

// Of other coroutines, before each commit and query.
constexpr std::uint64_t turns_max = 6;
// Of the disk, after which the power goes.
constexpr std::uint64_t operations_max = 200;

class Simulation {
 public:
  explicit Simulation(const Plan& plan)
      : plan_(plan),
        random_(plan.seed),
        bus_random_(plan.seed + 1),
        turn_random_(plan.seed + 2),
        disk_random_(plan.seed + 3),
        story_(plan.is_told) {
    disk::begin(plan.broken == synced_commits);
    start(true);
    open_checks();
    if (!plan.broken.empty()) switch_off_in_schema(plan.broken, *checks_);
  }

  // A violation is found while requests are under way.
  ~Simulation() {
    if (shop_) shop_->crash();
  }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  Outcome run() {
    const Timestamp begun = now();
    for (int i = 0; i < plan_.steps && outcome_.violation.empty(); ++i) {
      step();
      ++outcome_.steps;
      if (shop_) found(checks_->at_every_step());
    }
    if (outcome_.violation.empty()) rest();
    outcome_.simulated_ms = (now() - begun).count();
    outcome_.hash = story_.hash();
    count_deeds();
    return outcome_;
  }

 private:
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  Timestamp now() const { return shop_ ? shop_->platform().now() : wall_; }
  TestTime& time() { return shop_->platform().time(); }
  void tell(const std::string& line) { story_.add(now(), line); }

  void start(bool has_faults) {
    bus::LocalBusFaults faults;
    MarketplaceSettings settings = republish::without_limits();
    if (has_faults) {
      faults = republish::disorder(bus_random_, Milliseconds{500});
      settings.payments.sandbox_faults = {.lose_answer_percent = 10,
                                          .refuse_percent = 5,
                                          .fail_capture_percent = 3,
                                          .delay_max = Milliseconds{2'000},
                                          .seed = random_.next_u64()};
    }
    shop_ = std::make_unique<Shop>(
        Shop::Recording::off,
        fixtures::TestPlatform::Beginning{
            .faults = faults, .folder = folder_.path(), .now = wall_, .seed = random_.next_u64()},
        settings, [this](const bus::Event& event) {
          if (shop_) tell("  " + event.subject + " " + event.id);
        });
    for (const auto& [service, database] : shop_->databases())
      database->interleave(turn_random_, turns_max);
    if (!plan_.broken.empty()) switch_off_in_statements(plan_.broken, *shop_);
  }

  void open_checks() {
    std::vector<std::string> services;
    for (const auto& [service, database] : shop_->databases()) services.push_back(service);
    checks_ = std::make_unique<Checks>(folder_.path(), services);
  }

  void step() {
    const auto what = random_.below(100);
    if (what < 35) {
      for (auto left = 1 + random_.below(3); left > 0; --left) act();
    } else if (what < 80) {
      run_handlers();
    } else if (what < 97) {
      pass(Milliseconds{one_in(12) ? random_.below(400'000) : random_.below(1'500)});
    } else if (what < 99) {
      fail_a_commit();
    } else if (one_in(2)) {
      crash();
    } else {
      cut_power();
    }
    if (disk::is_off()) crash();
  }

  void act() {
    const auto index = people_.next();
    if (!index) return;
    const Call& call = people_.call(*index);
    tell(fmt::format("{} {} {}", call.person, name_of(call.deed), call.subject));
    auto asked = shop_->client().ask(
        call.method, call.path,
        {.user_id = call.person, .body = call.body, .headers = {{"Idempotency-Key", call.key}}});
    asio::co_spawn(shop_->platform().get().executor, std::move(asked),
                   [this, i = *index](const std::exception_ptr& error,
                                      const http::Response& answer) { hear(i, error, answer); });
  }
  void hear(std::size_t index, const std::exception_ptr& error, const http::Response& answer) {
    if (disk::is_off()) return;
    // A server answers 503 for an exception.
    if (error) {
      people_.unanswered(index);
    } else {
      people_.answered(index, answer);
    }
    const Call& call = people_.call(index);
    tell(fmt::format("{} {} {}: {} {}", call.person, name_of(call.deed), call.subject,
                     error ? 503 : answer.status, call.made));
  }

  // Some of what could run now, so that the next event meets all others half done.
  void run_handlers() {
    for (auto left = random_.below(60); left > 0 && time().run_one_handler(); --left) {
      if (disk::is_off()) return;
    }
  }
  void pass(Milliseconds length) {
    const SteadyTime end = time().steady_now() + length;
    while (time().steady_now() < end) {
      while (time().run_one_handler()) {
        if (one_in(20'000)) return crash();
        if (disk::is_off()) return;
      }
      time().jump(end);
    }
  }
  void fail_a_commit() {
    const auto& all = shop_->databases();
    const auto& [service, database] =
        *std::next(all.begin(), static_cast<std::ptrdiff_t>(random_.below(all.size())));
    const bool is_lost = one_in(2);
    tell(fmt::format("  the next commit of {} {}", service, is_lost ? "gets no answer" : "fails"));
    database->fail_next_commit(is_lost ? TestDatabase::Failure::answer_lost
                                       : TestDatabase::Failure::unavailable);
  }
  void cut_power() {
    tell("  the power goes soon");
    disk::cut_power_after(random_.below(operations_max));
  }
  void crash(bool has_faults = true) {
    const bool is_off = disk::is_off();
    tell(is_off ? "  the power goes and comes back" : "  the process ends and starts again");
    if (!is_off) disk::keep_power();  // the end of the process writes, too
    people_.lose_connections();
    wall_ = now() + Milliseconds{one_in(4) ? random_.below(600'000) : random_.below(3'000)};
    shop_->crash();
    shop_.reset();
    if (is_off) {
      checks_.reset();
      disk::restore_power(disk_random_);
    }
    ++outcome_.crashes;
    if (is_off) ++outcome_.power_cuts;
    try {
      start(has_faults);
    } catch (const std::exception& error) {
      return found(fmt::format("I3: the process cannot start again: {}", error.what()));
    }
    if (is_off) open_checks();
  }

  // No faults any more, and time for everything that was begun.
  void rest() {
    crash(false);
    if (!shop_) return;
    shop_->platform().pass(std::chrono::hours{1});
    found(checks_->at_every_step());
    found(checks_->at_rest(now()));
    found(people_.first_lie(*checks_));
    tell("  at rest");
  }
  void found(const std::string& violation) {
    if (violation.empty() || !outcome_.violation.empty()) return;
    outcome_.violation = fmt::format("{} (after step {})", violation, outcome_.steps);
    tell("  VIOLATED " + violation);
  }
  void count_deeds() {
    using State = Call::State;
    outcome_.listed = people_.count(Deed::list, State::acknowledged);
    outcome_.ordered = people_.count(Deed::order, State::acknowledged);
    outcome_.paid = people_.count(Deed::pay, State::acknowledged);
    outcome_.revealed = people_.count(Deed::reveal, State::acknowledged);
    outcome_.refunded = people_.count(Deed::refund, State::acknowledged);
    for (const Deed deed : {Deed::list, Deed::edit, Deed::withdraw, Deed::give_code, Deed::order,
                            Deed::pay, Deed::cancel, Deed::reveal, Deed::refund}) {
      outcome_.refused += people_.count(deed, State::refused);
      outcome_.unknown += people_.count(deed, State::unknown);
    }
  }

  const Plan plan_;
  SeededRandom random_, bus_random_, turn_random_, disk_random_;
  fixtures::Story story_;
  Outcome outcome_;
  TemporaryFolder folder_{"/dev/shm"};
  Timestamp wall_ = TestTime::first_wall;
  std::unique_ptr<Checks> checks_;
  People people_{random_};
  std::unique_ptr<Shop> shop_;
};

}  // namespace

Outcome simulate(const Plan& plan) {
  log::configure(plan.is_told ? log::Level::warn : log::Level::off, "simulation");
  return Simulation(plan).run();
}

}  // namespace ticketing::simulation
