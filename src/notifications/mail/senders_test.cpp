#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fixtures/run_task.hpp"
#include "notifications/mail/folder_sender.hpp"
#include "notifications/mail/smtp_sender.hpp"
#include "notifications/mail/test_smtp_server.hpp"

namespace ticketing::notifications::mail {
namespace {

using testing::HasSubstr;

Message message_to_ada() {
  return {.id = "abc@shop.example",
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
  Answer send(Sender& sender) { return run_task(io_, sender.send(message_to_ada())); }

 private:
  asio::io_context io_;
};
class SmtpSender : public SenderTest {};
class FolderSender : public SenderTest {};

TEST_F(SmtpSender, GivesAMailToTheServer) {
  TestSmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
  EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  const auto received = server.received();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_THAT(received[0], HasSubstr("Message-ID: <abc@shop.example>\r\n"));
  EXPECT_THAT(received[0], HasSubstr("One\r\n..\r\nTwo\r\n")) << "a line of one dot";
}

TEST_F(SmtpSender, UsesOneConnectionForManyMails) {
  TestSmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  EXPECT_EQ(server.received().size(), 5U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(SmtpSender, TellsWhatIsForGoodFromWhatIsNot) {
  struct Case {
    TestSmtpServer::Manners manners;
    Outcome outcome;
  };
  const Case cases[] = {{{.to_sender = "451 busy"}, Outcome::try_later},
                        {{.to_sender = "550 we know you"}, Outcome::refused},
                        {{.to_recipient = "450 greylisted"}, Outcome::try_later},
                        {{.to_recipient = "550 5.1.1 no such mailbox"}, Outcome::no_mailbox},
                        {{.to_recipient = "550 5.7.1 not from you"}, Outcome::refused},
                        {{.to_recipient = ""}, Outcome::try_later},
                        {{.to_content = "451 disk full"}, Outcome::try_later},
                        {{.to_content = "554 5.6.0 not like this"}, Outcome::refused},
                        {{.to_content = ""}, Outcome::try_later}};
  TestSmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = false});
  for (const auto& [manners, outcome] : cases) {
    server.behave(manners);
    const Answer answer = send(*sender);
    EXPECT_EQ(answer.outcome, outcome) << manners.to_sender << " " << manners.to_recipient << " "
                                       << manners.to_content << ": " << answer.reason;
  }
  server.behave({});
  EXPECT_EQ(send(*sender).outcome, Outcome::accepted) << "after all that";
}

TEST_F(SmtpSender, SendsNothingInClearWhereTlsIsNeeded) {
  TestSmtpServer server;
  const auto sender = make_smtp_sender({.url = server.url(), .needs_tls = true});
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
  EXPECT_TRUE(server.received().empty());
}

TEST_F(SmtpSender, TriesLaterWhenNoServerIsThere) {
  std::string url;
  {
    url = TestSmtpServer().url();
  }
  const auto sender = make_smtp_sender({.url = url, .needs_tls = false});
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
}

TEST_F(FolderSender, WritesOneFileForAMailHoweverOftenItIsSent) {
  const TemporaryFolder folder;
  const std::string path = folder.file("mail");
  const auto sender = make_folder_sender(path);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(send(*sender).outcome, Outcome::accepted);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].extension(), ".eml");
  std::ifstream file(files[0]);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(content, to_mime(message_to_ada()));
}

TEST_F(FolderSender, TriesLaterWhenTheFolderCannotBeWritten) {
  const auto sender = make_folder_sender("/proc/nowhere/mail");
  EXPECT_EQ(send(*sender).outcome, Outcome::try_later);
}

}  // namespace
}  // namespace ticketing::notifications::mail
