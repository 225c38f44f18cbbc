#include "http/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509err.h>

#include <boost/asio/buffer.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace partwise::internal::http {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

bool is_of_another_certificate(const error_code& error) {
  const auto number = static_cast<unsigned long>(error.value());
  return ERR_GET_LIB(number) == ERR_LIB_X509 && ERR_GET_REASON(number) == X509_R_KEY_VALUES_MISMATCH;
}

void use_certificate(ssl::context& context, const std::string& path) {
  const std::string text = read_text_file(path);
  error_code error;
  context.use_certificate_chain(boost::asio::buffer(text), error);
  if (error)
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: this is no certificate in the form PEM ({})", path, error.message()),
                "give a file that begins with \"-----BEGIN CERTIFICATE-----\"");
}

void use_key(ssl::context& context, const std::string& path, const std::string& certificate) {
  const std::string text = read_text_file(path);
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  error_code error;
  context.use_private_key(boost::asio::buffer(text), ssl::context::pem, error);
  if (error && is_of_another_certificate(error))
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: this key does not belong to the certificate {}", path, certificate),
                "give the two files that were made together");
  if (error)
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{}: this is no private key in the form PEM without a password ({})", path, error.message()),
        "give a file that begins with \"-----BEGIN PRIVATE KEY-----\"");
}

}  // namespace

std::unique_ptr<ssl::context> make_tls(const ServerOptions& options) {
  if (options.certificate_file.empty() && options.key_file.empty()) return nullptr;
  if (options.certificate_file.empty() || options.key_file.empty())
    throw Error(ErrorCode::usage, "TLS needs a certificate and its private key, and only one file is given",
                "give both files, or neither");
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  use_certificate(*context, options.certificate_file);
  use_key(*context, options.key_file, options.certificate_file);
  return context;
}

}  // namespace partwise::internal::http
