// Certificates.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/server.h"

namespace partwise::internal::http {

/// Null if the options name no certificate. Errors: usage if only one of the two files is named, missing_input,
/// bad_data.
std::unique_ptr<boost::asio::ssl::context> make_tls(const ServerOptions& options);

}  // namespace partwise::internal::http
