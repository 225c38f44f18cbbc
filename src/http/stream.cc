#include "http/stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace partwise::internal::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// No TLS: there is nothing to agree on.
class PlainStream : public Stream {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

  void shake_hands(Handler handler) override { post({}, std::move(handler)); }
  void read_some(asio::mutable_buffer buffer, Handler handler) override {
    socket_.async_read_some(buffer, std::move(handler));
  }
  void write(const Buffers& buffers, Handler handler) override {
    asio::async_write(socket_, buffers, std::move(handler));
  }
  void end_writing(Handler handler) override {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    post(error, std::move(handler));
  }
  tcp::socket& socket() override { return socket_; }

 private:
  void post(error_code error, Handler handler) {
    asio::post(socket_.get_executor(), [error, handler = std::move(handler)] { handler(error, 0); });
  }

  tcp::socket socket_;
};

class TlsStream : public Stream {
 public:
  TlsStream(tcp::socket socket, asio::ssl::context& tls) : stream_(std::move(socket), tls) {}

  void shake_hands(Handler handler) override {
    stream_.async_handshake(asio::ssl::stream_base::server, without_count(std::move(handler)));
  }
  void read_some(asio::mutable_buffer buffer, Handler handler) override {
    stream_.async_read_some(buffer, std::move(handler));
  }
  void write(const Buffers& buffers, Handler handler) override {
    asio::async_write(stream_, buffers, std::move(handler));
  }
  /// Its handler is called when the client has said the same.
  void end_writing(Handler handler) override { stream_.async_shutdown(without_count(std::move(handler))); }
  tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  static std::function<void(const error_code&)> without_count(Handler handler) {
    return [handler = std::move(handler)](const error_code& error) { handler(error, 0); };
  }

  asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(tcp::socket socket, asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_unique<PlainStream>(std::move(socket));
  return std::make_unique<TlsStream>(std::move(socket), *tls);
}

}  // namespace partwise::internal::http
