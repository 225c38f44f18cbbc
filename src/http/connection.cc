#include "http/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/address.h"
#include "http/answer_text.h"
#include "http/content.h"

namespace partwise::internal::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kBlock = 16'384;
constexpr std::size_t kMostAhead = 4'096;  // of the next request, while one is being answered
constexpr milliseconds kLinger{2'000};

std::string client_of(const tcp::socket& socket) {
  error_code error;
  const tcp::endpoint endpoint = socket.remote_endpoint(error);
  if (error) return "";  // it is gone already
  return fmt::format("{}:{}", host_in_url(endpoint.address().to_string()), endpoint.port());
}

Refusal too_slow(const char* what, milliseconds within) {
  return {{408, "timeout_error", fmt::format("{} did not come within {} s", what, within.count() / 1000.0),
           "send it faster, or less of it"}};
}

}  // namespace

Connection::Connection(House& house, tcp::socket socket)
    : house_(house),
      stream_(make_stream(std::move(socket), house.tls)),
      timer_(stream_->socket().get_executor()),
      client_(client_of(stream_->socket())),
      block_(std::make_unique_for_overwrite<char[]>(kBlock)),
      place_(house.connections.add(*this)) {}

Connection::~Connection() {
  if (stage_ != Stage::closed) house_.connections.remove(place_);
}

void Connection::start() {
  error_code ignored;
  stream_->socket().set_option(tcp::no_delay(true), ignored);
  set_deadline(house_.options.idle);
  stream_->shake_hands(then(&Connection::await_request));
}

void Connection::close() {
  const Stage before = std::exchange(stage_, Stage::closed);
  if (before == Stage::closed) return;
  house_.connections.remove(place_);
  timer_.cancel();
  error_code ignored;
  stream_->socket().close(ignored);
  stop_answering();
  if (before == Stage::body) report_gone();
}

void Connection::close_if_idle() {
  const bool has_begun = parser_ && parser_->has_begun();
  if (stage_ == Stage::handshake || (stage_ == Stage::header && !has_begun)) close();
}

void Connection::stop_answering() {
  if (exchange_) exchange_->stop.request_stop();
  if (stage_ == Stage::body && !is_writing_) guarded([&] { refuse(draining()); });
}

void Connection::enter(Stage stage, WaitsFor what) {
  stage_ = stage;
  house_.connections.move(place_, what);
}

/// What goes wrong in one connection must not end the thread of all.
template <class Action>
void Connection::guarded(Action&& action) {
  try {
    action();
  } catch (...) {
    close();
  }
}

Stream::Handler Connection::then(Step step, Step otherwise) {
  return [self = shared_from_this(), step, otherwise](const error_code& error, std::size_t) {
    self->guarded([&] { ((*self).*(error ? otherwise : step))(); });
  };
}

void Connection::set_deadline(milliseconds within) {
  timer_.expires_after(within);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    const bool is_old = error || self->timer_.expiry() > asio::steady_timer::clock_type::now();
    if (!is_old) self->guarded([&] { self->on_deadline(); });
  });
}

void Connection::on_deadline() {
  if (stage_ == Stage::answering) return;  // the answer may take its time
  if (is_writing_) return close();  // a refusal would be a second write beside the one that the client does not take
  if (stage_ == Stage::header && parser_->has_begun()) return refuse(too_slow("the header", house_.options.idle));
  if (stage_ == Stage::body) return refuse(too_slow("the body", house_.options.transfer));
  close();
}

// Reading

void Connection::await_request() {
  if (stage_ == Stage::closed) return;
  if (stage_ != Stage::handshake) set_deadline(house_.options.idle);
  enter(Stage::header, WaitsFor::header);
  parser_.emplace(house_.options.most_header_bytes, house_.options.most_body_bytes);
  feed();
}

void Connection::read() {
  if (is_reading_ || has_ended_) return;
  is_reading_ = true;
  const auto handler = [self = shared_from_this()](const error_code& error, std::size_t n_bytes) {
    self->is_reading_ = false;
    self->guarded([&] { error ? self->on_end() : self->on_read(n_bytes); });
  };
  stream_->read_some(asio::buffer(block_.get(), kBlock), handler);
}

void Connection::on_read(std::size_t n_bytes) {
  if (stage_ == Stage::closed || stage_ == Stage::lingering) return;
  unread_.append(block_.get(), n_bytes);
  if (stage_ == Stage::header || (stage_ == Stage::body && !is_writing_)) return feed();
  if (unread_.size() < kMostAhead) read();  // to learn whether the client goes away
}

/// A client that ends its side while its answer is on the way may still read it.
void Connection::on_end() {
  has_ended_ = true;
  if (stage_ != Stage::writing) close();
}

void Connection::feed() {
  unread_.erase(0, parser_->take(unread_));
  if (parser_->refusal()) return refuse(*parser_->refusal());
  if (stage_ == Stage::body && !exchange_->held.set(parser_->n_body_bytes())) return drop_body();
  if (stage_ == Stage::header && parser_->has_header()) return on_header();
  if (stage_ == Stage::body && parser_->is_done()) return answer();
  has_ended_ ? close() : read();
}

void Connection::begin_exchange() {
  Incoming incoming = parser_->take_header();
  incoming.request.id = id_of(incoming.request);
  incoming.request.client = client_;
  exchange_ = std::make_shared<Exchange>(std::move(incoming), house_.tally, house_.bodies);
}

void Connection::on_header() {
  begin_exchange();
  Decision decision = house_.answering.decide(exchange_->incoming);
  const auto* route = std::get_if<const Route*>(&decision);
  if (route == nullptr) unread_.erase(0, parser_->take(unread_));  // of a body nobody reads: as much as has come
  if (const auto* refusal = std::get_if<Refusal>(&decision)) return refuse(*refusal);
  if (auto* response = std::get_if<Response>(&decision)) return write(std::move(*response));
  exchange_->route = *route;
  enter(Stage::body, WaitsFor::transfer);
  set_deadline(house_.options.transfer);
  const bool asks = !exchange_->request().header("expect").empty() && !exchange_->incoming.is_http_1_0;
  if (!asks || parser_->is_done() || !unread_.empty()) return read_body();
  send({asio::buffer(kContinueText), {}}, &Connection::read_body, &Connection::close);
}

void Connection::read_body() {
  if (stage_ == Stage::body) feed();
}

void Connection::drop_body() {
  parser_->take_body();
  exchange_->held.set(0);
  refuse(too_many_bodies());
}

void Connection::answer() {
  enter(Stage::answering, WaitsFor::answer);
  timer_.cancel();
  exchange_->request().body = parser_->take_body();
  house_.answering.answer(exchange_, [self = shared_from_this()] {
    asio::post(self->timer_.get_executor(), [self] { self->guarded([&] { self->on_response(); }); });
  });
  read();
}

// Writing

void Connection::on_response() {
  if (stage_ == Stage::answering) return write(std::move(exchange_->response));
  report_gone();
}

void Connection::refuse(const Refusal& refusal) {
  if (!exchange_) begin_exchange();
  write(house_.answering.refuse(exchange_->request().path, refusal));
}

void Connection::write(Response response) {
  const Incoming& incoming = exchange_->incoming;
  is_last_ = !parser_->is_done() || !incoming.keeps_connection || has_ended_ || house_.answering.is_draining();
  header_ = header_text(response, {exchange_->request().id, is_last_, incoming.is_http_1_0,
                                   house_.answering.access().cors_headers(incoming.request)});
  const bool has_body = may_have_body(response.status) && incoming.request.method != "HEAD";
  body_ = has_body ? std::move(response.body) : "";
  exchange_->status = response.status;
  exchange_->n_bytes = body_.size();
  enter(Stage::writing, WaitsFor::transfer);
  set_deadline(house_.options.transfer);
  send({asio::buffer(header_), asio::buffer(body_)}, &Connection::on_written, &Connection::on_write_failed);
}

/// No other write may be under way.
void Connection::send(const Stream::Buffers& buffers, Step step, Step otherwise) {
  is_writing_ = true;
  const auto after = [self = shared_from_this(), next = then(step, otherwise)](const error_code& error, std::size_t n) {
    self->is_writing_ = false;
    next(error, n);
  };
  stream_->write(buffers, after);
}

void Connection::on_written() {
  stage_ == Stage::closed ? report_gone() : report();
  if (stage_ == Stage::closed) return;
  is_last_ || house_.answering.is_draining() ? linger() : await_request();
}

void Connection::on_write_failed() {
  close();
  report_gone();
}

void Connection::report_gone() {
  if (exchange_) exchange_->status = kGone;
  report();
}

void Connection::report() {
  const std::shared_ptr<Exchange> exchange = std::move(exchange_);
  if (!exchange || !house_.on_answered) return;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - exchange->began;
  try {
    house_.on_answered({exchange->request(), exchange->status, exchange->n_bytes, taken.count()});
  } catch (...) {  // a log that cannot be written is no reason to fail
  }
}

/// Closing while bytes of the client are unread would reset the connection, and the client might lose its answer.
void Connection::linger() {
  if (has_ended_) return close();
  enter(Stage::lingering, WaitsFor::transfer);
  parser_.reset();
  set_deadline(std::min(house_.options.transfer, kLinger));
  stream_->end_writing(then(&Connection::discard, &Connection::discard));
}

void Connection::discard() {
  if (stage_ != Stage::lingering) return;
  stream_->socket().async_read_some(asio::buffer(block_.get(), kBlock), then(&Connection::discard));
}

}  // namespace partwise::internal::http
