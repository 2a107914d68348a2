#include "common/jobs/redis/job_scripts.hpp"

#include <charconv>
#include <stdexcept>

#include "common/base/assert.hpp"
#include "common/base/embedded_files.hpp"
#include "common/base/exceptions.hpp"

namespace ticketing::jobs {

EmbeddedFiles embedded_files();

namespace {

// As in the local queue: later and later, for ever.
constexpr Milliseconds retry_shortest{1'000};
constexpr Milliseconds retry_longest{60'000};
// What a worker of BullMQ does with a job of ours: it needs a number for "for ever".
constexpr Milliseconds foreign_retry{5'000};
constexpr int attempts_for_ever = 1'000'000'000;
// Finished jobs are kept for people to look at.
constexpr int completed_kept = 1'000;
constexpr std::size_t reason_bytes_max = 1'000;

std::string text_of(Milliseconds length) { return std::to_string(length.count()); }
std::string text_of(Timestamp t) { return std::to_string(to_millis(t)); }

// id, data, due for each.
std::vector<Job> decode_jobs(std::span<const RedisReply> parts) {
  if (parts.size() % 3 != 0) throw Unavailable("Redis: an unexpected answer");
  std::vector<Job> jobs;
  for (; !parts.empty(); parts = parts.subspan(3)) {
    std::int64_t due = 0;
    const std::string& text = parts[2].text;
    std::from_chars(text.data(), text.data() + text.size(), due);
    jobs.push_back({.id = parts[0].text, .data = parts[1].text, .due = from_millis(due)});
  }
  return jobs;
}

}  // namespace

JobScripts::JobScripts(RedisLink& link, const std::string& queue, std::string job_name,
                       std::string token, Milliseconds lock_length)
    : link_(link),
      prefix_("bull:" + queue + ":"),
      job_name_(std::move(job_name)),
      token_(std::move(token)),
      lock_length_(lock_length) {
  TICKETING_ASSERT(queue.find(':') == std::string::npos);
  for (const EmbeddedFile& file : embedded_files()) texts_[file.name] = file.content;
}

Task<RedisReply> JobScripts::run(std::string_view script, std::vector<std::string_view> keys,
                                 std::vector<std::string> arguments) {
  RedisCommand command = {"EVAL", std::string(texts_.at(script)), std::to_string(keys.size())};
  for (const std::string_view key : keys) command.push_back(prefix_ + std::string(key));
  command.push_back(prefix_);
  for (std::string& argument : arguments) command.push_back(std::move(argument));
  co_return co_await link_.call(std::move(command));
}

// It would be another key; the ids come from other services' events.
void JobScripts::check_id(const std::string& id) {
  if (id.find(':') != std::string::npos) throw std::invalid_argument("a job id with ':'");
}

Task<> JobScripts::add(std::span<const Job> jobs, Timestamp now) {
  std::vector<std::string> arguments = {text_of(now), job_name_, text_of(foreign_retry),
                                        std::to_string(attempts_for_ever)};
  for (const Job& job : jobs) {
    check_id(job.id);
    arguments.insert(arguments.end(), {job.id, job.data, text_of(job.due)});
  }
  co_await run(
      "add", {"wait", "active", "delayed", "marker", "meta", "events", "completed", "failed", "id"},
      std::move(arguments));
}

Task<> JobScripts::remove(const std::string& id) {
  co_await run("remove", {"wait", "active", "delayed", "marker", "meta", "events"}, {id});
}

Task<TakenJobs> JobScripts::take(Timestamp now, std::size_t jobs_max) {
  const RedisReply reply =
      co_await run("take", {"wait", "active", "delayed", "marker", "meta", "events", "stalled"},
                   {text_of(now), token_, text_of(lock_length_), std::to_string(jobs_max)});
  if (reply.elements.empty()) throw Unavailable("Redis: an unexpected answer");
  TakenJobs taken{.jobs = decode_jobs(std::span(reply.elements).subspan(1)), .next_due = {}};
  const std::int64_t next_due = reply.elements.front().integer;
  if (next_due >= 0) taken.next_due = from_millis(next_due);
  co_return taken;
}

Task<std::vector<Job>> JobScripts::reclaim(const std::vector<std::string>& running) {
  std::vector<std::string> arguments = {token_, text_of(lock_length_)};
  arguments.insert(arguments.end(), running.begin(), running.end());
  const RedisReply reply = co_await run("reclaim", {"active"}, std::move(arguments));
  co_return decode_jobs(reply.elements);
}

Task<std::vector<std::string>> JobScripts::renew(const std::vector<std::string>& ids) {
  std::vector<std::string> arguments = {token_, text_of(lock_length_)};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  const RedisReply reply = co_await run("renew", {"stalled"}, std::move(arguments));
  std::vector<std::string> lost;
  for (const RedisReply& id : reply.elements) lost.push_back(id.text);
  co_return lost;
}

Task<bool> JobScripts::finish(const std::string& id, Timestamp now) {
  const RedisReply reply =
      co_await run("finish", {"active", "completed", "stalled", "meta", "events"},
                   {id, token_, text_of(now), std::to_string(completed_kept)});
  co_return reply.integer == 1;
}

Task<std::optional<Timestamp>> JobScripts::fail(const std::string& id, Timestamp now,
                                                const std::string& reason) {
  const RedisReply reply =
      co_await run("fail", {"active", "delayed", "marker", "meta", "events", "stalled", "failed"},
                   {id, token_, text_of(now), reason.substr(0, reason_bytes_max),
                    text_of(retry_shortest), text_of(retry_longest)});
  if (reply.integer <= 0) co_return std::nullopt;
  co_return from_millis(reply.integer);
}

Task<std::size_t> JobScripts::recover(Timestamp now) {
  const RedisReply reply = co_await run(
      "recover", {"wait", "active", "marker", "meta", "events", "stalled", "stalled-check"},
      {text_of(now), text_of(lock_length_)});
  co_return reply.elements.size();
}

}  // namespace ticketing::jobs
