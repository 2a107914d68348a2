#include "common/bus/jetstream/nats_address.hpp"

#include <gtest/gtest.h>

#include "common/bus/jetstream/jetstream_bus.hpp"
#include "fixtures/run_task.hpp"
#include "servers/certificates.hpp"
#include "servers/nats_server.hpp"

namespace ticketing::bus {
namespace {

TEST(NatsAddress, AnAddressThatCannotBeOneIsRefused) {
  asio::io_context io;
  SystemClock clock;
  SystemTimers timers;
  for (const char* url : {"", "host:4222", "nats://", "nats://:4222", "nats://host:port",
                          "nats://host:70000", "nats://a:1,b", "nats://a:1, tls://b:2"}) {
    EXPECT_THROW(make_jetstream_bus(io.get_executor(), clock, timers, {.url = url}), ConfigError)
        << url;
  }
  for (const char* url : {"nats://host", "nats://user:p@host:4222", "tls://a:1, tls://b:2",
                          "nats://[::1]:4222", "nats://[::1]"}) {
    EXPECT_NO_THROW(check_url(url)) << url;
  }
}

// One bus on an encrypted server, which is trusted by `ca_file`.
class NatsTls : public testing::Test {
 protected:
  // Within a minute; whether it does not is looked at for three seconds.
  bool becomes_ready(const servers::NatsServer& server, const std::string& ca_file, bool is_good) {
    asio::io_context io;
    JetStreamBus bus(io.get_executor(), clock_, timers_,
                     {.url = server.url(), .name = "test", .ca_file = ca_file});
    bus.start();
    for (int i = 0; i < (is_good ? 600 : 30) && !bus.is_ready(); ++i) {
      run_task(io, timers_.sleep_for(Milliseconds{100}));
    }
    const bool ready = bus.is_ready();
    run_task(io, bus.stop());
    return ready;
  }
  servers::CertificateAuthority authority_;
  SystemClock clock_;
  SystemTimers timers_;
};

TEST_F(NatsTls, AServerIsUsedWhoseCertificateIsVouchedForAndNamesIt) {
  const auto made = authority_.issue("IP:127.0.0.1");
  const servers::NatsServer server({.certificate = made.certificate, .key = made.key});
  EXPECT_TRUE(becomes_ready(server, authority_.file(), true));
}

TEST_F(NatsTls, AServerOfAnotherAuthorityIsNotUsed) {
  const auto made = authority_.issue("IP:127.0.0.1");
  const servers::NatsServer server({.certificate = made.certificate, .key = made.key});
  const servers::CertificateAuthority other;
  EXPECT_FALSE(becomes_ready(server, other.file(), false));
  EXPECT_FALSE(becomes_ready(server, "", false));
}

TEST_F(NatsTls, AServerWithTheCertificateOfAnotherIsNotUsed) {
  const auto made = authority_.issue("IP:127.0.0.2,DNS:nats.example");
  const servers::NatsServer server({.certificate = made.certificate, .key = made.key});
  EXPECT_FALSE(becomes_ready(server, authority_.file(), false));
}

TEST_F(NatsTls, AServerIsUsedOnceItsCertificateIsValid) {
  const auto wrong = authority_.issue("IP:127.0.0.2");
  servers::NatsServer server({.certificate = wrong.certificate, .key = wrong.key});
  asio::io_context io;
  JetStreamBus bus(io.get_executor(), clock_, timers_,
                   {.url = server.url(), .name = "test", .ca_file = authority_.file()});
  bus.start();
  run_task(io, timers_.sleep_for(Milliseconds{1'000}));
  EXPECT_FALSE(bus.is_ready());
  const auto right = authority_.issue("IP:127.0.0.1");
  std::filesystem::copy_file(right.certificate, wrong.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(right.key, wrong.key,
                             std::filesystem::copy_options::overwrite_existing);
  server.restart();
  for (int i = 0; i < 600 && !bus.is_ready(); ++i) {
    run_task(io, timers_.sleep_for(Milliseconds{100}));
  }
  EXPECT_TRUE(bus.is_ready());
  run_task(io, bus.stop());
}

}  // namespace
}  // namespace ticketing::bus
