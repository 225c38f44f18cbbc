// A request and its answer, without the bytes that HTTP makes of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace partwise::internal::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // "POST"
  std::string path;    // "/v1/systemone": without the query, and as it was sent
  std::string query;   // what follows the "?"
  Headers headers;     // names in small letters, in the order in which they came
  std::string body;    // unpacked, if it was sent packed
  std::string id;      // a name for this request: the client's own X-Request-Id, or a new one
  std::string client;  // "127.0.0.1:50412"

  /// The header's value; "" if there is none. `name` is in small letters.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Headers headers = {};
};

/// Why a request is not answered. Each front end writes it in the form that its clients read.
struct Failure {
  int status;           // 4xx: the client's mistake; 5xx: the server's
  std::string type;     // a word for programs: "authentication_error"
  std::string message;  // what is wrong, and where
  std::string hint;     // what to do; may be empty
};

}  // namespace partwise::internal::http
