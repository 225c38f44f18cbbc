// One client's connection: its requests, one after the other, and how long each step may take.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/answering.h"
#include "http/connections.h"
#include "http/request_parser.h"
#include "http/stream.h"

namespace partwise::internal::http {

/// What all connections share.
struct House {
  const ServerOptions& options;
  boost::asio::ssl::context* tls;  // null: none
  Answering& answering;
  Connections& connections;
  Tally& tally;
  BodyBudget& bodies;
  std::function<void(const Answered&)> on_answered;
};

/// All of it happens on the thread that reads and writes, but for the route's answer. Handlers hold on to the object
/// while something is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(House& house, boost::asio::ip::tcp::socket socket);
  ~Connection();

  void start();
  /// At once. Whoever answers its request is told.
  void close();
  /// Closes it if no request has begun.
  void close_if_idle();
  /// Asks whoever answers its request to stop. A request whose body is on its way is refused.
  void stop_answering();

 private:
  enum class Stage { handshake, header, body, answering, writing, lingering, closed };
  using Step = void (Connection::*)();

  void enter(Stage stage, WaitsFor what);
  void set_deadline(std::chrono::milliseconds within);
  void on_deadline();
  Stream::Handler then(Step step, Step otherwise = &Connection::close);
  template <class Action>
  void guarded(Action&& action);

  void await_request();
  void read();
  void on_read(std::size_t n_bytes);
  void on_end();
  void feed();
  void begin_exchange();
  void on_header();
  void read_body();
  void drop_body();
  void answer();
  void on_response();

  void refuse(const Refusal& refusal);
  void write(Response response);
  void send(const Stream::Buffers& buffers, Step step, Step otherwise);
  void on_written();
  void on_write_failed();
  void report();
  void report_gone();
  void linger();
  void discard();

  House& house_;
  std::unique_ptr<Stream> stream_;
  boost::asio::steady_timer timer_;
  const std::string client_;
  const std::unique_ptr<char[]> block_;  // what is being read
  Connections::Place place_;             // last of those that may fail, since it is given back

  Stage stage_ = Stage::handshake;
  bool is_reading_ = false, is_writing_ = false;
  bool has_ended_ = false;  // the client sends nothing more
  std::string unread_;      // bytes that have come, and that no parser has read
  std::optional<RequestParser> parser_;
  std::shared_ptr<Exchange> exchange_;
  std::string header_, body_;  // of the answer
  bool is_last_ = false;       // no request can follow the answer
};

}  // namespace partwise::internal::http
