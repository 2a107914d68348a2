#include "common/jobs/redis/redis_stream.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/base/exceptions.hpp"

namespace ticketing::jobs {
namespace {

constexpr const char* late = "no answer in time";
constexpr const char* closed = "Redis closed the connection";

[[noreturn]] void fail(const std::string& why) { throw Unavailable(why); }

std::string tls_fault() {
  const unsigned long code = ERR_get_error();
  if (code == 0) return closed;
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

bool is_address(const std::string& host) {
  std::array<std::byte, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

void set_option(int socket, int level, int option) {
  constexpr int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

}  // namespace

void RedisStream::FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }
void RedisStream::FreeSsl::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

RedisStream::RedisStream(const RedisAddress& address, const std::string& ca_file,
                         Milliseconds limit)
    : limit_(limit) {
  try {
    connect(address);
    if (address.is_encrypted) encrypt(address, ca_file);
  } catch (...) {
    if (socket_ >= 0) ::close(socket_);
    throw;
  }
}

RedisStream::~RedisStream() { ::close(socket_); }

void RedisStream::connect(const RedisAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (const int code = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found)) {
    fail(address.host + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  std::string fault = "no address";
  for (const addrinfo* where = list.get(); where != nullptr; where = where->ai_next) {
    if (try_to_connect(*where, fault)) return;
  }
  fail(fault);
}

bool RedisStream::try_to_connect(const addrinfo& where, std::string& fault) {
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail(std::strerror(errno));
  set_option(socket_, IPPROTO_TCP, TCP_NODELAY);
  set_option(socket_, SOL_SOCKET, SO_KEEPALIVE);
  if (::connect(socket_, where.ai_addr, where.ai_addrlen) == 0) return true;
  int error = errno;
  if (error == EINPROGRESS) {
    pollfd waiting{.fd = socket_, .events = POLLOUT, .revents = 0};
    socklen_t length = sizeof error;
    error = ETIMEDOUT;
    if (::poll(&waiting, 1, static_cast<int>(limit_.count())) == 1) {
      ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &length);
    }
  }
  fault = std::strerror(error);
  return error == 0;
}

void RedisStream::encrypt(const RedisAddress& address, const std::string& ca_file) {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_) fail(tls_fault());
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_AUTO_RETRY | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool is_trusting = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context_.get()) == 1
                                           : SSL_CTX_load_verify_locations(
                                                 context_.get(), ca_file.c_str(), nullptr) == 1;
  if (!is_trusting) fail("STORES_CA_FILE " + ca_file + ": " + tls_fault());
  ssl_.reset(SSL_new(context_.get()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_) != 1) fail(tls_fault());
  if (is_address(address.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), address.host.c_str());
  } else {
    SSL_set1_host(ssl_.get(), address.host.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), address.host.c_str());
  }
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return;
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
      fail(std::string("its certificate: ") + X509_verify_cert_error_string(verdict));
    }
    wait_for_tls(result, "TLS: ");
  }
}

void RedisStream::wait(short events, const char* otherwise) const {
  pollfd waiting{.fd = socket_, .events = events, .revents = 0};
  for (;;) {
    const int ready = ::poll(&waiting, 1, static_cast<int>(limit_.count()));
    if (ready == 1) return;
    if (ready == 0) fail(otherwise);
    if (errno != EINTR) fail(std::strerror(errno));
  }
}

void RedisStream::wait_for_tls(int result, const char* what) const {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return wait(POLLIN, late);
  if (error == SSL_ERROR_WANT_WRITE) return wait(POLLOUT, late);
  if (error == SSL_ERROR_ZERO_RETURN) fail(closed);
  fail(what + tls_fault());
}

void RedisStream::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (ssl_) {
      ERR_clear_error();
      const int sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else {
        wait_for_tls(sent, "TLS: ");
      }
      continue;
    }
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait(POLLOUT, late);
    } else if (errno != EINTR) {
      fail(std::strerror(errno));
    }
  }
}

std::size_t RedisStream::receive(std::span<char> buffer) {
  for (;;) {
    if (ssl_) {
      ERR_clear_error();
      const int came = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
      if (came > 0) return static_cast<std::size_t>(came);
      wait_for_tls(came, "TLS: ");
      continue;
    }
    const ssize_t came = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (came > 0) return static_cast<std::size_t>(came);
    if (came == 0) fail(closed);
    if (errno == EAGAIN) {
      wait(POLLIN, late);
    } else if (errno != EINTR) {
      fail(std::strerror(errno));
    }
  }
}

}  // namespace ticketing::jobs
