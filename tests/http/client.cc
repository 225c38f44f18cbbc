#include "http/client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "http/incoming.h"

namespace partwise::internal::test {

namespace {

http::Headers headers_of(std::string_view head) {
  http::Headers headers;
  for (std::size_t begin = head.find("\r\n") + 2; begin < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) headers.emplace_back(lower(line.substr(0, colon)), line.substr(colon + 2));
    begin = end + 2;
  }
  return headers;
}

class TlsClient : public Client {
 public:
  TlsClient(std::uint16_t port, int most) : Client(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_cipher_list(context_, "ALL:@SECLEVEL=0");  // so that old versions fail at the server alone
    SSL_CTX_set_max_proto_version(context_, most);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    is_connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() override {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  bool send(std::string_view bytes) override {
    return is_connected_ && SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 protected:
  long receive(char* bytes, std::size_t n) override {
    return is_connected_ ? SSL_read(ssl_, bytes, static_cast<int>(n)) : -1;
  }

 private:
  SSL_CTX* context_;
  SSL* ssl_;
  bool is_connected_;
};

}  // namespace

std::string Reply::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &http::Headers::value_type::first);
  return found == headers.end() ? "" : found->second;
}

Client::Client() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval most{.tv_sec = kLong.count() / 1000, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
}

void Client::shorten_receiving() {
  const int least = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
}

bool Client::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

Client::~Client() { close(); }

void Client::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

long Client::receive(char* bytes, std::size_t n) { return ::recv(socket_, bytes, n, 0); }

bool Client::fill() {
  char block[65536];
  const long n = receive(block, sizeof block);
  if (n > 0) unread_.append(block, static_cast<std::size_t>(n));
  return n > 0;
}

Reply Client::read(bool is_head) {
  Reply reply;
  std::size_t end;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return reply;
  reply.head = unread_.substr(0, end + 2);
  reply.headers = headers_of(reply.head);
  unread_.erase(0, end + 4);
  const std::string length = reply.header("content-length");
  const std::size_t n_bytes = is_head || length.empty() ? 0 : std::stoul(length);
  while (unread_.size() < n_bytes)
    if (!fill()) return reply;
  reply.body = unread_.substr(0, n_bytes);
  unread_.erase(0, n_bytes);
  reply.status = std::stoi(reply.head.substr(std::string_view("HTTP/1.1 ").size()));
  return reply;
}

bool Client::is_ended(std::chrono::milliseconds most) {
  char byte;
  return unread_.empty() && has_answer(most) && receive(&byte, 1) <= 0;
}

bool Client::has_answer(std::chrono::milliseconds most) {
  pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
  return !unread_.empty() || ::poll(&wanted, 1, static_cast<int>(most.count())) == 1;
}

std::unique_ptr<Client> tls_client(std::uint16_t port, int most) { return std::make_unique<TlsClient>(port, most); }

std::string get(std::string_view path, std::string_view lines) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, lines);
}

std::string post(std::string_view path, std::string_view body, std::string_view lines) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}", path, body.size(), lines,
                     body);
}

}  // namespace partwise::internal::test
