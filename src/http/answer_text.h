// Answers as the bytes that are sent.
#pragma once

#include <string>
#include <string_view>

#include "http/incoming.h"
#include "http/message.h"

namespace partwise::internal::http {

/// What an answer's header says besides the response itself.
struct AnswerFrame {
  std::string_view id;   // of the request
  bool ends_connection;  // nothing can be asked after this answer
  bool is_http_1_0;      // the client does not know that connections last
  const Headers& more;   // for web pages
};

/// The header of an answer, to its empty line. Its Content-Length is that of the body, also for HEAD.
std::string header_text(const Response& response, const AnswerFrame& frame);

/// Whether an answer of this status may have a body.
bool may_have_body(int status);

/// An interim answer: the client may send the body.
inline constexpr std::string_view kContinueText = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace partwise::internal::http
