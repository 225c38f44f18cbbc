#include "http/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/address.h"

namespace partwise::internal::http {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace errors = boost::asio::error;

constexpr std::chrono::milliseconds kPause{50};

[[noreturn]] void refuse_host(const std::string& host, const std::string& why) {
  throw Error(ErrorCode::usage, fmt::format("host '{}': {}", host, why),
              "use 127.0.0.1 to be reached from this machine alone, 0.0.0.0 to be reached from everywhere");
}

[[noreturn]] void refuse_endpoint(const std::string& host, std::uint16_t port, const error_code& error) {
  if (error == errors::address_in_use)
    throw Error(ErrorCode::usage, fmt::format("port {} of {} is in use by another program", port, host),
                "end that program, or choose another port; port 0 stands for any free one");
  if (error == errors::access_denied)
    throw Error(ErrorCode::usage, fmt::format("this user may not listen at port {}", port),
                "choose a port from 1024 on");
  refuse_host(
      host, error == boost::system::errc::address_not_available ? "this machine has no such address" : error.message());
}

/// The first address of a name, IPv4 before IPv6: a name such as localhost has both.
tcp::endpoint endpoint_of(boost::asio::io_context& io, const std::string& host, std::uint16_t port) {
  error_code error;
  const auto found = tcp::resolver(io).resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) refuse_host(host, "there is no such address, and no name that has one");
  const auto is_ipv4 = [](const auto& entry) { return entry.endpoint().address().is_v4(); };
  const auto first = std::find_if(found.begin(), found.end(), is_ipv4);
  return first == found.end() ? found.begin()->endpoint() : first->endpoint();
}

bool is_lack_of_room(const error_code& error) {
  return error == errors::no_descriptors || error == boost::system::errc::too_many_files_open_in_system ||
         error == errors::no_buffer_space || error == errors::no_memory;
}

}  // namespace

Listener::Listener(boost::asio::io_context& io, const std::string& host, std::uint16_t port)
    : acceptor_(io), pause_(io) {
  const tcp::endpoint endpoint = endpoint_of(io, host, port);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);  // of connections that have just ended
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);  // a client may go away before it is accepted
  if (error) refuse_endpoint(host, port, error);
  port_ = acceptor_.local_endpoint().port();
}

void Listener::start(std::function<void(tcp::socket)> take, std::function<void()> make_room) {
  take_ = std::move(take);
  make_room_ = std::move(make_room);
  accept();
}

void Listener::close() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

/// Waits before it accepts: without a free file, accepting fails whether there is a connection or not.
void Listener::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const error_code& error) {
    if (!error) accept_one();
  });
}

void Listener::accept_one() {
  error_code error;
  tcp::socket socket = acceptor_.accept(error);
  if (!is_lack_of_room(error)) {
    if (!error) take(std::move(socket));
    return accept();
  }
  make_room_();
  pause_.expires_after(kPause);
  pause_.async_wait([this](const error_code&) { accept(); });
}

/// Without memory for a connection, it is closed, and the next one may have more luck.
void Listener::take(tcp::socket socket) {
  try {
    take_(std::move(socket));
  } catch (const std::exception&) {
  }
}

}  // namespace partwise::internal::http
