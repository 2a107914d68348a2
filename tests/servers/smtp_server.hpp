// For tests: an SMTP server of their own, which does to mails what a test says, on a thread of its
// own and a free port. One connection at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "servers/certificates.hpp"

struct ssl_ctx_st;

namespace ticketing::servers {

class SmtpServer {
 public:
  enum class Step { greeting, sender, recipient, data, content };
  // What is answered at a step to what the client said. Called on the server's thread.
  using Answer = std::function<std::string(Step step, const std::string& said)>;
  // No answers: the connection is closed, or nothing more is said until the client closes it.
  static constexpr const char* goes_away = "";
  static constexpr const char* stays_silent = "silent";

  enum class Tls { on_request, from_the_start };  // STARTTLS, or smtps://

  SmtpServer();  // without TLS
  SmtpServer(Tls tls, const CertificateAuthority::Certificate& certificate);
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  std::string url() const;
  // Answers so at these steps, and well at all others.
  void behave(std::map<Step, std::string> answers = {});
  void answer_by(Answer answer);
  // What it answers to who does nothing wrong.
  static std::string good_answer(Step step);

  struct Received {
    std::string content;
    bool was_encrypted = false;
  };
  // The mails that it has taken, also those whose answer was none.
  std::vector<Received> received() const;
  int connections() const;  // so far
  bool has_client() const;

 private:
  class Connection;

  void serve();
  void enter(int socket);
  void leave();
  void talk(Connection& connection);
  bool obey(Connection& connection, const std::string& command);
  bool take(Connection& connection);
  std::string ask(Step step, const std::string& said) const;

  const bool has_tls_;
  const Tls tls_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::uint16_t port_;
  int listener_;
  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<Received> received_;
  int connections_ = 0;
  int client_ = -1;  // the socket
  std::thread thread_;
};

}  // namespace ticketing::servers
