// Where a server listens.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

namespace partwise::internal::http {

class Listener {
 public:
  /// Errors: usage if there is no such address, or if the port is in use.
  Listener(boost::asio::io_context& io, const std::string& host, std::uint16_t port);

  std::uint16_t port() const { return port_; }
  /// Gives each new connection to `take`. If the system has no room for another one, it calls `make_room`, and tries
  /// again a little later.
  void start(std::function<void(boost::asio::ip::tcp::socket)> take, std::function<void()> make_room);
  void close();

 private:
  void accept();
  void take(boost::asio::ip::tcp::socket socket);
  void accept_one();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::function<void(boost::asio::ip::tcp::socket)> take_;
  std::function<void()> make_room_;
};

}  // namespace partwise::internal::http
