#include "http/server.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>
#include <utility>

#include "http/address.h"
#include "http/answering.h"
#include "http/connection.h"
#include "http/file_limit.h"
#include "http/listener.h"
#include "http/tls.h"

namespace partwise::internal::http {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::uint64_t kMostBodies = 16;         // of the largest size, in memory at a time
constexpr std::chrono::milliseconds kLast{2000};  // for answers of requests that were asked to stop

/// Members are in the order in which they need each other. `io_` goes before what its handlers hold.
class Server::Impl {
 public:
  Impl(const ServerOptions& options, std::vector<Route> routes, Answering::Failures failures,
       std::function<void(const Answered&)> on_answered)
      : options_(options),
        tls_(make_tls(options_)),
        answering_(options_, std::move(routes), std::move(failures)),
        house_{options_, tls_.get(), answering_, connections_, tally_, bodies_, std::move(on_answered)},
        listener_(io_, options_.host, options_.port) {
    allow_connections(options_.most_connections);
    listener_.start([this](tcp::socket socket) { take(std::move(socket)); }, [this] { connections_.make_room(); });
    thread_ = std::thread([this] { run(); });
  }

  /// What a worker posts last comes before the end of the thread that it posts it to.
  ~Impl() {
    asio::post(io_, [this] { close(); });
    answering_.finish();
    asio::post(io_, [this] { io_.stop(); });
    thread_.join();
  }

  bool drain(std::chrono::milliseconds most) {
    answering_.drain();
    asio::post(io_, asio::use_future([this] { begin_to_drain(); })).get();
    if (tally_.wait_until_none(most)) return true;
    asio::post(io_, [this] { stop_answering(); });
    tally_.wait_until_none(kLast);  // whoever stops says so
    return false;
  }

  std::string url() const {
    return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host_in_url(options_.host), listener_.port());
  }
  std::uint16_t port() const { return listener_.port(); }
  const Answering& answering() const { return answering_; }

 private:
  /// Nothing that a client does may end this thread.
  void run() {
    while (!io_.stopped()) try {
        io_.run();
      } catch (...) {
      }
  }

  void take(tcp::socket socket) {
    if (connections_.size() >= options_.most_connections && !connections_.make_room()) return;
    std::make_shared<Connection>(house_, std::move(socket))->start();
  }

  void begin_to_drain() {
    listener_.close();
    for (const auto& connection : connections_.all()) connection->close_if_idle();
  }

  void stop_answering() {
    for (const auto& connection : connections_.all()) connection->stop_answering();
  }

  void close() {
    listener_.close();
    for (const auto& connection : connections_.all()) connection->close();
  }

  const ServerOptions options_;
  std::unique_ptr<asio::ssl::context> tls_;
  Tally tally_;
  BodyBudget bodies_{kMostBodies * options_.most_body_bytes};
  Answering answering_;
  Connections connections_;
  House house_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io_);
  Listener listener_;
  std::thread thread_;
};

Server::Server(const ServerOptions& options, std::vector<Route> routes,
               std::function<Response(const std::string& path, const Failure& failure)> failures,
               std::function<void(const Answered&)> on_answered)
    : impl_(std::make_unique<Impl>(options, std::move(routes), std::move(failures), std::move(on_answered))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
std::size_t Server::n_waiting() const { return impl_->answering().n_waiting(); }
bool Server::drain(std::chrono::milliseconds most) { return impl_->drain(most); }
bool Server::is_draining() const { return impl_->answering().is_draining(); }

}  // namespace partwise::internal::http
