// A client that sends what a test tells it to, byte for byte.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace partwise::internal::test {

using namespace std::chrono_literals;

/// How long a test waits for what should come soon. Nothing that works takes as long, on a busy machine either.
inline constexpr std::chrono::milliseconds kLong = 10s;

/// An answer as it came.
struct Reply {
  int status = 0;  // 0: none came whole
  std::string head;
  http::Headers headers;  // names in small letters
  std::string body;

  /// "" if there is none.
  std::string header(std::string_view name) const;
};

/// One connection. Reading fails the test after `kLong`.
class Client {
 public:
  Client();  // it has a socket, and is not connected
  explicit Client(std::uint16_t port) : Client() { connect(port); }
  virtual ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Whether there is a server.
  bool connect(std::uint16_t port);
  /// Whether all bytes could be sent.
  virtual bool send(std::string_view bytes);
  /// The next answer; without its body if it answers HEAD. Interim answers are answers, too.
  Reply read(bool is_head = false);
  Reply ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  /// Whether the server ends the connection within `most`, without a further byte.
  bool is_ended(std::chrono::milliseconds most = kLong);
  /// Whether a byte comes within `most`.
  bool has_answer(std::chrono::milliseconds most);
  /// The system takes little of what the server sends, until a test reads it. Before `connect`.
  void shorten_receiving();
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  void close();
  /// Closes it as if the client's machine had failed.
  void reset();

 protected:
  /// 0: the server has ended the connection; -1: an error.
  virtual long receive(char* bytes, std::size_t n);
  int socket_ = -1;

 private:
  bool fill();

  std::string unread_;
};

/// The same over TLS, as OpenSSL's client. `most`: the newest version of TLS that it speaks, 0 for any.
std::unique_ptr<Client> tls_client(std::uint16_t port, int most = 0);

/// A request with a Host header and further lines: get("/quick", "X-Api-Key: a\r\n").
std::string get(std::string_view path, std::string_view lines = "");
std::string post(std::string_view path, std::string_view body, std::string_view lines = "");

}  // namespace partwise::internal::test
