#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fixtures/run_task.hpp"
#include "notifications/mail/folder_sender.hpp"
#include "notifications/mail/smtp_sender.hpp"
#include "servers/certificates.hpp"
#include "servers/child_process.hpp"
#include "servers/loopback.hpp"
#include "servers/smtp_server.hpp"

namespace ticketing::notifications::mail {
namespace {

using servers::CertificateAuthority;
using servers::SmtpServer;
using Step = SmtpServer::Step;
using testing::HasSubstr;
using testing::Not;

Message message_to_ada() {
  return {.id = "abc@shop.example",
          .user_id = "ada",
          .from = "Tickets <shop@shop.example>",
          .to = "ada@example.com",
          .subject = "Hello",
          .text = "One\n.\nTwo\n",
          .html = "<p>Hello</p>",
          .date = Timestamp{std::chrono::seconds{1'795'798'800}}};
}

// The loop outlives the sender: a thread of the sender's may still be in post() when the answer is
// there.
class SenderTest : public testing::Test {
 protected:
  Answer send(Sender& sender, Message message = message_to_ada()) {
    return run_task(io_, sender.send(std::move(message)));
  }

  asio::io_context io_;
};
class ToSmtp : public SenderTest {};

// A sender that gives up soon: no test wants to wait.
std::unique_ptr<Sender> impatient_sender(const std::string& url) {
  return make_smtp_sender({.url = url,
                           .ca_file = {},
                           .needs_tls = false,
                           .connect_timeout = Milliseconds{300},
                           .total_timeout = Milliseconds{600}});
}

// A port whose queue of connections is full, so that another one is neither taken nor refused.
class FullPort {
 public:
  FullPort() {
    const sockaddr_in address = servers::loopback(port_);
    ::bind(sockets_[0], reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(sockets_[0], 0);
    for (std::size_t i = 1; i < std::size(sockets_); ++i)
      ::connect(sockets_[i], reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~FullPort() {
    for (const int socket : sockets_) ::close(socket);
  }
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

 private:
  static int make_socket(int kind) { return ::socket(AF_INET, SOCK_STREAM | kind, 0); }

  const std::uint16_t port_ = servers::free_port();
  // The one that listens, then those that wait to be taken.
  const int sockets_[4] = {make_socket(0), make_socket(SOCK_NONBLOCK), make_socket(SOCK_NONBLOCK),
                           make_socket(SOCK_NONBLOCK)};
};
class ToFolder : public SenderTest {
 protected:
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> all;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      all.push_back(entry.path());
    return all;
  }
  // All that is in the folder, names and content.
  std::string bytes() const {
    std::string all;
    for (const auto& path : files()) {
      std::ifstream file(path);
      all += path.string() + "\n" +
             std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    return all;
  }
  Message message_to(const std::string& user_id, const std::string& id) {
    Message message = message_to_ada();
    message.user_id = user_id;
    message.to = user_id + "@example.com";
    message.id = id + "@shop.example";
    return message;
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("mail");
};

TEST_F(ToSmtp, AMailIsGivenToTheServer) {
  SmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
  EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  const auto received = server.received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_THAT(received[0].content, HasSubstr("Message-ID: <abc@shop.example>\r\n"));
  EXPECT_THAT(received[0].content, HasSubstr("One\r\n..\r\nTwo\r\n")) << "a line of one dot";
}

TEST_F(ToSmtp, ManyMailsGoOverOneConnection) {
  SmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  EXPECT_EQ(server.received().size(), 5U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ToSmtp, WhatIsForGoodIsToldFromWhatIsNot) {
  struct Case {
    Step step;
    std::string answer;
    Outcome outcome;
  };
  const Case cases[] = {{Step::greeting, "421 too busy", Outcome::try_later},
                        {Step::greeting, SmtpServer::goes_away, Outcome::try_later},
                        {Step::sender, "451 busy", Outcome::try_later},
                        {Step::sender, "550 we know you", Outcome::refused},
                        {Step::recipient, "450 greylisted", Outcome::try_later},
                        {Step::recipient, "550 5.1.1 no such mailbox", Outcome::no_mailbox},
                        {Step::recipient, "550 5.7.1 not from you", Outcome::refused},
                        {Step::recipient, SmtpServer::goes_away, Outcome::try_later},
                        {Step::data, "451 not now", Outcome::try_later},
                        {Step::content, "451 disk full", Outcome::try_later},
                        {Step::content, "554 5.6.0 not like this", Outcome::refused},
                        {Step::content, SmtpServer::goes_away, Outcome::try_later}};
  SmtpServer server;
  for (const auto& [step, said, outcome] : cases) {
    // Of its own: a greeting is of a connection.
    const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
    server.behave({{step, said}});
    const Answer answer = send(*sender);
    EXPECT_EQ(answer.outcome, outcome) << said << ": " << answer.reason;
    server.behave();
    EXPECT_EQ(send(*sender).outcome, Outcome::accepted) << "after " << said;
  }
}

TEST_F(ToSmtp, NothingIsSentInClearWhereTlsIsNeeded) {
  SmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = true});
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
  EXPECT_TRUE(server.received().empty());
}

TEST_F(ToSmtp, AMailIsEncryptedForAServerWhoseCertificateIsGood) {
  CertificateAuthority authority;
  const auto certificate = authority.issue("IP:127.0.0.1");
  for (const auto tls : {SmtpServer::Tls::on_request, SmtpServer::Tls::from_the_start}) {
    SmtpServer server(tls, certificate);
    const auto sender =
        make_smtp_sender({.url = server.url(), .ca_file = authority.file(), .needs_tls = true});
    for (int i = 0; i < 2; ++i) {
      const Answer answer = send(*sender);
      EXPECT_EQ(answer.outcome, Outcome::accepted) << server.url() << " " << answer.reason;
    }
    const auto received = server.received();
    EXPECT_EQ(std::ranges::count_if(received, &SmtpServer::Received::was_encrypted), 2);
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(ToSmtp, NothingIsSentToAServerWhoseCertificateIsWrong) {
  CertificateAuthority authority, another;
  const auto good = authority.issue("IP:127.0.0.1");
  struct Case {
    std::string wrong;
    CertificateAuthority::Certificate certificate;
    std::string ca_file;
  };
  const Case cases[] = {
      {"of another name", authority.issue("DNS:mail.example"), authority.file()},
      {"of an unknown authority", good, another.file()},
      {"of no authority of the system", good, ""},
  };
  for (const auto& [wrong, certificate, ca_file] : cases) {
    for (const auto tls : {SmtpServer::Tls::on_request, SmtpServer::Tls::from_the_start}) {
      SmtpServer server(tls, certificate);
      // Not needed, but offered: who pretends to be the server gets nothing then, either.
      const auto sender =
          make_smtp_sender({.url = server.url(), .ca_file = ca_file, .needs_tls = false});
      EXPECT_EQ(send(*sender).outcome, Outcome::try_later) << wrong;
      EXPECT_TRUE(server.received().empty()) << wrong;
    }
  }
}

TEST_F(ToSmtp, AMailIsTriedLaterWhenNoServerIsThere) {
  const std::string url = SmtpServer().url();
  const auto sender = make_smtp_sender({.url = url, .needs_tls = false});
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
}

TEST_F(ToSmtp, AConnectionThatIsNotTakenEndsInTime) {
  const FullPort port;
  const auto sender = impatient_sender(port.url());
  const auto begun = std::chrono::steady_clock::now();
  const Answer answer = send(*sender);
  EXPECT_EQ(answer.outcome, Outcome::try_later);
  EXPECT_THAT(answer.reason, HasSubstr("imeout")) << "the port took or refused it";
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{30});
}

TEST_F(ToSmtp, AServerThatFallsSilentIsLeftInTime) {
  SmtpServer server;
  for (const Step step :
       {Step::greeting, Step::sender, Step::recipient, Step::data, Step::content}) {
    const auto sender = impatient_sender(server.url());
    server.behave({{step, SmtpServer::stays_silent}});
    const auto begun = std::chrono::steady_clock::now();
    const Answer answer = send(*sender);
    EXPECT_EQ(answer.outcome, Outcome::try_later) << answer.reason;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{30});
    server.behave();
    // Over another connection. On a busy machine the sender's patience may end first.
    Outcome later = Outcome::try_later;
    for (int i = 0; i < 20 && later != Outcome::accepted; ++i) later = send(*sender).outcome;
    EXPECT_EQ(later, Outcome::accepted);
  }
}

TEST_F(ToFolder, AMailIsOneFileHoweverOftenItIsSent) {
  const auto sender = make_folder_sender(path_);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  const auto written = files();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].extension(), ".eml");
  EXPECT_EQ(bytes(), written[0].string() + "\n" + to_mime(message_to_ada()));
}

TEST_F(ToFolder, NoByteOfAMailIsLeftOfWhomIsForgotten) {
  const auto sender = make_folder_sender(path_);
  send(*sender, message_to("ada", "1"));
  std::ofstream(files().front().string() + ".partial") << "ada@example.com, until a kill";
  send(*sender, message_to("ada", "2"));
  send(*sender, message_to("bob", "3"));
  std::ofstream(path_ + "/another file") << "that stays";
  EXPECT_TRUE(run_task(io_, sender->forget("ada", "2@shop.example")));
  EXPECT_THAT(bytes(), HasSubstr("Message-ID: <2@shop.example>"));
  EXPECT_THAT(bytes(), Not(HasSubstr("until a kill")));
  EXPECT_TRUE(run_task(io_, sender->forget("ada", "")));
  EXPECT_THAT(bytes(), Not(HasSubstr("ada@")));
  EXPECT_THAT(bytes(), HasSubstr("bob@example.com"));
  EXPECT_THAT(bytes(), HasSubstr("that stays"));
}

TEST_F(ToFolder, MailsAreForgottenByTheirTime) {
  const auto sender = make_folder_sender(path_);
  EXPECT_TRUE(run_task(io_, sender->forget_before(message_to_ada().date))) << "no folder yet";
  send(*sender);
  // As releases before named them.
  const auto name = files().front().filename().string();
  std::ofstream(path_ + "/" + name.substr(0, 30) + ".eml") << "an old one";
  EXPECT_TRUE(run_task(io_, sender->forget_before(message_to_ada().date)));
  EXPECT_EQ(files().size(), 2U);
  EXPECT_TRUE(run_task(io_, sender->forget_before(message_to_ada().date + Milliseconds{1})));
  EXPECT_EQ(files().size(), 0U);
}

TEST_F(ToFolder, AMailIsTriedLaterWhenTheFolderCannotBeWritten) {
  const auto sender = make_folder_sender("/proc/nowhere/mail");
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
}

}  // namespace
}  // namespace ticketing::notifications::mail
