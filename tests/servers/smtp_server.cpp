#include "servers/smtp_server.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "servers/child_process.hpp"
#include "servers/loopback.hpp"

namespace ticketing::servers {
namespace {

struct HungUp : std::runtime_error {
  HungUp() : std::runtime_error("the client has gone") {}
};

struct TlsDeleter {
  void operator()(SSL* tls) const { SSL_free(tls); }
};

int listen_at(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (listener < 0 ||
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    throw std::runtime_error("cannot listen for mails");
  }
  return listener;
}

std::shared_ptr<SSL_CTX> make_context(const CertificateAuthority::Certificate& certificate) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context ||
      SSL_CTX_use_certificate_chain_file(context.get(), certificate.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), certificate.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("cannot use the certificate " + certificate.certificate.string());
  }
  return context;
}

bool is_refusal(const std::string& answer) {
  return answer.starts_with('4') || answer.starts_with('5');
}

}  // namespace

// In clear until start_tls(). Each call throws HungUp once the client has gone.
class SmtpServer::Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection() {
    tls_.reset();
    ::close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_encrypted() const { return tls_ != nullptr; }
  void start_tls(SSL_CTX* context) {
    tls_.reset(SSL_new(context));
    if (!tls_ || SSL_set_fd(tls_.get(), socket_) != 1 || SSL_accept(tls_.get()) != 1)
      throw HungUp();
  }

  // With `end`.
  std::string read_until(std::string_view end) {
    std::size_t found = buffer_.find(end);
    for (; found == std::string::npos; found = buffer_.find(end)) read_more();
    std::string text = buffer_.substr(0, found + end.size());
    buffer_.erase(0, text.size());
    return text;
  }
  [[noreturn]] void wait_for_end() {
    for (;;) read_more();
  }
  // False when the answer is that the connection ends.
  bool say(const std::string& answer) {
    if (answer == stays_silent) wait_for_end();
    if (answer == goes_away) return false;
    const std::string line = answer + "\r\n";
    const ssize_t sent = tls_ ? SSL_write(tls_.get(), line.data(), static_cast<int>(line.size()))
                              : ::send(socket_, line.data(), line.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw HungUp();
    return true;
  }

 private:
  void read_more() {
    char part[4096];
    const ssize_t count = tls_ ? SSL_read(tls_.get(), part, static_cast<int>(sizeof part))
                               : ::recv(socket_, part, sizeof part, 0);
    if (count <= 0) throw HungUp();
    buffer_.append(part, static_cast<std::size_t>(count));
  }

  const int socket_;
  std::unique_ptr<SSL, TlsDeleter> tls_;
  std::string buffer_;
};

SmtpServer::SmtpServer()
    : has_tls_(false), tls_(Tls::on_request), port_(free_port()), listener_(listen_at(port_)) {
  behave();
  thread_ = std::thread([this] { serve(); });
}

SmtpServer::SmtpServer(Tls tls, const CertificateAuthority::Certificate& certificate)
    : has_tls_(true),
      tls_(tls),
      context_(make_context(certificate)),
      port_(free_port()),
      listener_(listen_at(port_)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that are closed
  behave();
  thread_ = std::thread([this] { serve(); });
}

SmtpServer::~SmtpServer() {
  ::shutdown(listener_, SHUT_RDWR);
  {
    const std::lock_guard lock(mutex_);
    if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

std::string SmtpServer::url() const {
  const bool is_smtps = has_tls_ && tls_ == Tls::from_the_start;
  return (is_smtps ? "smtps://127.0.0.1:" : "smtp://127.0.0.1:") + std::to_string(port_);
}

std::string SmtpServer::good_answer(Step step) {
  switch (step) {
    case Step::greeting: return "220 test";
    case Step::data: return "354 go on";
    default: return "250 OK";
  }
}

void SmtpServer::behave(std::map<Step, std::string> answers) {
  answer_by([answers = std::move(answers)](Step step, const std::string&) {
    const auto found = answers.find(step);
    return found == answers.end() ? good_answer(step) : found->second;
  });
}

void SmtpServer::answer_by(Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<SmtpServer::Received> SmtpServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

int SmtpServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

bool SmtpServer::has_client() const {
  const std::lock_guard lock(mutex_);
  return client_ >= 0;
}

void SmtpServer::serve() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    Connection connection(socket);
    enter(socket);
    try {
      talk(connection);
    } catch (const HungUp&) {
      // The next client may come.
    }
    leave();
  }
}

void SmtpServer::enter(int socket) {
  const std::lock_guard lock(mutex_);
  ++connections_;
  client_ = socket;
}

void SmtpServer::leave() {
  const std::lock_guard lock(mutex_);
  client_ = -1;
}

void SmtpServer::talk(Connection& connection) {
  if (has_tls_ && tls_ == Tls::from_the_start) connection.start_tls(context_.get());
  bool goes_on = connection.say(ask(Step::greeting, ""));
  while (goes_on) goes_on = obey(connection, connection.read_until("\r\n"));
}

bool SmtpServer::obey(Connection& connection, const std::string& command) {
  if (command.starts_with("MAIL")) return connection.say(ask(Step::sender, command));
  if (command.starts_with("RCPT")) return connection.say(ask(Step::recipient, command));
  if (command.starts_with("DATA")) {
    const std::string answer = ask(Step::data, command);
    return connection.say(answer) && (is_refusal(answer) || take(connection));
  }
  if (command.starts_with("STARTTLS") && has_tls_) {
    connection.say("220 go on");
    connection.start_tls(context_.get());
    return true;
  }
  const bool offers_tls = has_tls_ && !connection.is_encrypted() && command.starts_with("EHLO");
  connection.say(offers_tls ? "250-test\r\n250 STARTTLS" : "250 OK");
  return !command.starts_with("QUIT");
}

bool SmtpServer::take(Connection& connection) {
  std::string content = connection.read_until("\r\n.\r\n");
  const std::string answer = ask(Step::content, content);
  if (!is_refusal(answer)) {
    const std::lock_guard lock(mutex_);
    received_.push_back(
        {.content = std::move(content), .was_encrypted = connection.is_encrypted()});
  }
  return connection.say(answer);
}

std::string SmtpServer::ask(Step step, const std::string& said) const {
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    answer = answer_;
  }
  return answer(step, said);
}

}  // namespace ticketing::servers
