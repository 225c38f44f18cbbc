// Bytes from and to a client, with TLS or without.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <functional>
#include <memory>

namespace partwise::internal::http {

/// One of each operation may be under way. Each calls its handler later, with an error if the socket was closed.
class Stream {
 public:
  using Handler = std::function<void(const boost::system::error_code& error, std::size_t n_bytes)>;
  using Buffers = std::array<boost::asio::const_buffer, 2>;

  virtual ~Stream() = default;
  virtual void shake_hands(Handler handler) = 0;
  virtual void read_some(boost::asio::mutable_buffer buffer, Handler handler) = 0;
  virtual void write(const Buffers& buffers, Handler handler) = 0;
  /// Tells the client that nothing more comes.
  virtual void end_writing(Handler handler) = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;
};

/// With TLS if `tls` is not null; it must outlive the stream.
std::unique_ptr<Stream> make_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

}  // namespace partwise::internal::http
