// An SMTP server on a thread of its own that does to mails what a test says. One connection at a
// time; no TLS. Part of no library.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <istream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/async/task.hpp"

namespace ticketing::notifications::mail {

class TestSmtpServer {
 public:
  // What it answers; "" closes the connection instead.
  struct Manners {
    std::string to_sender = "250 OK";
    std::string to_recipient = "250 OK";
    std::string to_data = "354 go on";
    std::string to_content = "250 taken";
  };

  TestSmtpServer() : thread_([this] { serve(); }) {}
  ~TestSmtpServer() {
    stopping_ = true;
    asio::io_context io;
    asio::ip::tcp::socket(io).connect(acceptor_.local_endpoint());  // wakes accept()
    thread_.join();
  }
  TestSmtpServer(const TestSmtpServer&) = delete;
  TestSmtpServer& operator=(const TestSmtpServer&) = delete;

  std::string url() const {
    return "smtp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  void behave(Manners manners) {
    const std::lock_guard lock(mutex_);
    manners_ = std::move(manners);
  }
  std::vector<std::string> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void serve() {
    for (;;) {
      asio::ip::tcp::socket socket(io_);
      acceptor_.accept(socket);
      if (stopping_) return;
      {
        const std::lock_guard lock(mutex_);
        ++connections_;
      }
      try {
        talk(socket);
      } catch (const std::exception&) {
        // The other side has gone.
      }
    }
  }

  Manners manners() const {
    const std::lock_guard lock(mutex_);
    return manners_;
  }

  static bool say(asio::ip::tcp::socket& socket, const std::string& line) {
    if (line.empty()) return false;
    asio::write(socket, asio::buffer(line + "\r\n"));
    return true;
  }

  void talk(asio::ip::tcp::socket& socket) {
    asio::streambuf buffer;
    const auto read = [&](const char* end) {
      const std::size_t count = asio::read_until(socket, buffer, end);
      std::string text(count, '\0');
      std::istream(&buffer).read(text.data(), static_cast<std::streamsize>(count));
      return text;
    };
    say(socket, "220 test");
    for (bool goes_on = true; goes_on;) {
      const std::string command = read("\r\n");
      if (command.starts_with("MAIL")) {
        goes_on = say(socket, manners().to_sender);
      } else if (command.starts_with("RCPT")) {
        goes_on = say(socket, manners().to_recipient);
      } else if (command.starts_with("DATA")) {
        goes_on = say(socket, manners().to_data) && take(read("\r\n.\r\n"), socket);
      } else {
        goes_on = say(socket, "250 OK") && !command.starts_with("QUIT");
      }
    }
  }

  bool take(std::string content, asio::ip::tcp::socket& socket) {
    const std::string answer = manners().to_content;
    if (answer.empty() || answer.starts_with('2')) {
      const std::lock_guard lock(mutex_);
      received_.push_back(std::move(content));
    }
    return say(socket, answer);
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_{
      io_, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  mutable std::mutex mutex_;
  Manners manners_;
  std::vector<std::string> received_;
  int connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace ticketing::notifications::mail
