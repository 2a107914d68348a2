#include "common/bus/jetstream/stream_monitor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/stream_subjects.hpp"

namespace ticketing::bus {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr int request_limit_ms = 2'000;
// Events that wait for a predecessor stay unacknowledged; were there a narrow limit, they could
// keep the predecessor itself from being delivered.
constexpr std::int64_t unacknowledged_max = 50'000;

[[noreturn]] void fail(const char* what, natsStatus status, jsErrCode code) {
  std::string text = std::string(what) + ": " + natsStatus_GetText(status);
  if (code != 0) text += ", JetStream error " + std::to_string(static_cast<int>(code));
  throw Unavailable(text);
}

struct DestroyStreamInfo {
  void operator()(jsStreamInfo* info) const { jsStreamInfo_Destroy(info); }
};
struct DestroyConsumerInfo {
  void operator()(jsConsumerInfo* info) const { jsConsumerInfo_Destroy(info); }
};
struct DestroyContext {
  void operator()(jsCtx* js) const { jsCtx_Destroy(js); }
};

using StreamInfo = std::unique_ptr<jsStreamInfo, DestroyStreamInfo>;

// Null when there is no such stream.
StreamInfo stream_info(jsCtx* js, const char* name) {
  jsStreamInfo* made = nullptr;
  jsErrCode code{};
  const natsStatus status = js_GetStreamInfo(&made, js, name, nullptr, &code);
  if (status == NATS_NOT_FOUND) return nullptr;
  if (status != NATS_OK) fail("cannot look at a stream", status, code);
  return StreamInfo(made);
}

std::vector<std::string> subjects_of(const jsStreamInfo& info) {
  const auto& config = *info.Config;
  return {config.Subjects, config.Subjects + config.SubjectsLen};
}

std::string why_not_taken(const std::vector<std::string>& subjects) {
  return fmt::format(
      "the stream {} does not take {}: the program that declares the streams must name {}",
      event_stream, fmt::join(subjects, ", "), subjects.size() == 1 ? "it" : "them");
}

void declare_stream(jsCtx* js, jsStreamConfig& config) {
  jsErrCode code{};
  natsStatus status = js_AddStream(nullptr, js, &config, nullptr, &code);
  if (status == NATS_OK) return;
  if (code == JSStreamNameExistErr) status = js_UpdateStream(nullptr, js, &config, nullptr, &code);
  if (status != NATS_OK) fail("cannot declare a stream", status, code);
}

}  // namespace

void declare_event_stream(jsCtx* js, const JetStreamSettings& settings) {
  const StreamInfo found = stream_info(js, event_stream);
  const auto taken =
      extended(found ? subjects_of(*found) : std::vector<std::string>{}, settings.subjects);
  std::vector<const char*> subjects;
  for (const std::string& subject : taken) subjects.push_back(subject.c_str());
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = event_stream;
  config.Subjects = subjects.data();
  config.SubjectsLen = static_cast<int>(subjects.size());
  config.Retention = js_LimitsPolicy;
  config.Storage = js_FileStorage;
  config.Discard = js_DiscardOld;
  config.MaxAge = duration_cast<nanoseconds>(event_age_max).count();
  config.MaxBytes = settings.stream_bytes_max;
  config.Duplicates = duration_cast<nanoseconds>(duplicate_window).count();
  config.Replicas = settings.replicas;
  config.AllowDirect = true;
  declare_stream(js, config);
}

void declare_dead_letter_stream(jsCtx* js, const JetStreamSettings& settings) {
  const std::string subject = std::string(dead_letter_prefix) + ">";
  const char* subjects[] = {subject.c_str()};
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = dead_letter_stream;
  config.Subjects = subjects;
  config.SubjectsLen = 1;
  config.Retention = js_LimitsPolicy;
  config.Storage = js_FileStorage;
  // A full stream refuses: the event then stays where it is instead of pushing out another one.
  config.Discard = js_DiscardNew;
  config.MaxBytes = settings.dead_letter_bytes_max;
  config.Duplicates = duration_cast<nanoseconds>(duplicate_window).count();
  config.Replicas = settings.replicas;
  config.AllowDirect = true;
  declare_stream(js, config);
}

StreamMonitor::StreamMonitor(const Executor& executor, JetStreamSettings settings,
                             std::vector<DurableConsumer> consumers, NatsLink& link,
                             Observer observer)
    : executor_(executor),
      settings_(std::move(settings)),
      consumers_(std::move(consumers)),
      link_(link),
      observer_(std::make_shared<Observer>(std::move(observer))) {
  // A consumer of what no stream takes would be refused without a reason that helps.
  for (const DurableConsumer& consumer : consumers_) settings_.subjects.push_back(consumer.subject);
}

StreamMonitor::~StreamMonitor() {
  ask_to_stop();
  join();
  *observer_ = [](StreamReport) {};  // a report may still be on its way
}

void StreamMonitor::start() {
  thread_ = std::thread([this] { run(); });
}

void StreamMonitor::look() {
  {
    const std::lock_guard lock(mutex_);
    look_now_ = true;
  }
  wake_.notify_all();
}

void StreamMonitor::note_stored(std::uint64_t sequence) {
  if (sequence > stored_max_) stored_max_ = sequence;
}

void StreamMonitor::ask_to_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void StreamMonitor::join() {
  if (thread_.joinable()) thread_.join();
}

void StreamMonitor::run() {
  connection_ = link_.wait_for_connection();
  if (connection_ == nullptr) return;
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = request_limit_ms;
  jsCtx* made = nullptr;
  if (natsConnection_JetStream(&made, connection_, &options) != NATS_OK) return;
  const std::unique_ptr<jsCtx, DestroyContext> js(made);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    look_now_ = false;
    if (link_.is_connected()) {
      lock.unlock();
      StreamReport report = inspect(js.get());
      asio::post(executor_,
                 [observer = observer_, report = std::move(report)] { (*observer)(report); });
      lock.lock();
    }
    wake_.wait_for(lock, settings_.check_interval, [this] { return stopping_ || look_now_; });
  }
}

StreamReport StreamMonitor::inspect(jsCtx* js) {
  StreamReport report;
  try {
    const std::uint64_t stored = stored_max_;  // before the stream is asked
    if (!declared_ || !find_stream(js, report) || !report.not_taken.empty()) {
      declare_streams(js);
      for (const DurableConsumer& consumer : consumers_) declare_consumer(consumer);
      declared_ = true;
      if (!find_stream(js, report)) throw Unavailable("the stream has gone again");
      if (!report.not_taken.empty()) throw Unavailable(why_not_taken(report.not_taken));
    }
    if (!stream_info(js, dead_letter_stream)) declare_streams(js);
    report.went_back = report.last_sequence < stored;
    if (report.went_back) stored_max_ = report.last_sequence;
    for (const DurableConsumer& consumer : consumers_) {
      report.consumers.push_back(check_consumer(js, consumer, report.last_sequence));
    }
    report.is_whole = true;
  } catch (const std::exception& error) {
    report.fault = error.what();
  }
  return report;
}

// False when there is none.
bool StreamMonitor::find_stream(jsCtx* js, StreamReport& report) {
  const StreamInfo info = stream_info(js, event_stream);
  if (!info) return false;
  report.created = from_millis(info->Created / 1'000'000);
  report.first_sequence = info->State.FirstSeq;
  report.last_sequence = info->State.LastSeq;
  report.not_taken = not_taken(subjects_of(*info), settings_.subjects);
  return true;
}

void StreamMonitor::declare_streams(jsCtx* js) {
  declared_ = false;
  if (settings_.declares_streams) {
    declare_event_stream(js, settings_);
    declare_dead_letter_stream(js, settings_);
  } else {
    expect_streams(js);
  }
}

void StreamMonitor::expect_streams(jsCtx* js) {
  for (const char* stream : {event_stream, dead_letter_stream}) {
    if (stream_info(js, stream)) continue;
    throw Unavailable(std::string("there is no stream ") + stream +
                      " yet; the program that declares the streams makes it");
  }
  StreamReport report;
  if (find_stream(js, report) && !report.not_taken.empty()) {
    throw Unavailable(why_not_taken(report.not_taken));
  }
}

// Makes it, or brings it up to date. libnats would send the request on a subject without the filter
// of the consumer, so the server could not check permissions by subject.
void StreamMonitor::declare_consumer(const DurableConsumer& consumer) {
  const std::string subject = std::string("$JS.API.CONSUMER.CREATE.") + event_stream + "." +
                              consumer.name + "." + consumer.subject;
  // No limit to deliveries: the bus counts them, because an early event or a missing database is no
  // failure of the event.
  const std::string body = fmt::format(
      R"({{"stream_name":"{}","config":{{"name":"{}","durable_name":"{}","filter_subject":"{}",)"
      R"("deliver_policy":"all","ack_policy":"explicit","ack_wait":{},"max_deliver":-1,)"
      R"("max_ack_pending":{},"replay_policy":"instant"}}}})",
      event_stream, consumer.name, consumer.name, consumer.subject,
      duration_cast<nanoseconds>(settings_.ack_wait).count(), unacknowledged_max);
  natsMsg* made = nullptr;
  const natsStatus status = natsConnection_Request(&made, connection_, subject.c_str(), body.data(),
                                                   static_cast<int>(body.size()), request_limit_ms);
  if (status != NATS_OK) fail("cannot declare a consumer", status, {});
  const MessagePointer answer(made);
  const std::string fault = fault_in_answer(
      {natsMsg_GetData(made), static_cast<std::size_t>(natsMsg_GetDataLength(made))});
  if (!fault.empty()) throw Unavailable("cannot declare a consumer: " + fault);
}

// A consumer that is ahead of its stream would skip everything that the stream stores next. Of one
// that was created again nothing is known until the next check: as if all were pending.
ConsumerState StreamMonitor::check_consumer(jsCtx* js, const DurableConsumer& consumer,
                                            std::uint64_t last_sequence) {
  jsConsumerInfo* made = nullptr;
  jsErrCode code{};
  const natsStatus status =
      js_GetConsumerInfo(&made, js, event_stream, consumer.name.c_str(), nullptr, &code);
  if (status == NATS_OK) {
    const std::unique_ptr<jsConsumerInfo, DestroyConsumerInfo> info(made);
    const ConsumerState state{
        .pending = info->NumPending +
                   static_cast<std::uint64_t>(std::max<std::int64_t>(info->NumAckPending, 0)),
        .acknowledged = info->AckFloor.Stream};
    if (info->AckFloor.Stream <= last_sequence) return state;
    StreamReport now;
    if (!find_stream(js, now) || info->AckFloor.Stream <= now.last_sequence) return state;
    log::warn("a consumer was ahead of its stream", {{"consumer", consumer.name}});
    js_DeleteConsumer(js, event_stream, consumer.name.c_str(), nullptr, nullptr);
  } else if (status != NATS_NOT_FOUND) {
    fail("cannot look at a consumer", status, code);
  }
  declare_consumer(consumer);
  return {.pending = last_sequence, .acknowledged = 0};
}

}  // namespace ticketing::bus
