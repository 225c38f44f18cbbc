#include "serve/body.h"

#include <string>

#include "base/json.h"

namespace partwise::internal {

OrderedJson json_body(const http::Request& request) { return parse_distinct_json_object(request.body, "the body"); }

OrderedJsonPart whole(const OrderedJson& body) { return {body, "", ""}; }

http::Response json_response(const OrderedJson& value, int status) {
  return {status, value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)};
}

http::Failure failure_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::usage:
    case ErrorCode::bad_data:
      return {422, "invalid_request_error", error.what(), error.hint()};
    case ErrorCode::missing_input:
      return {404, "not_found_error", error.what(), error.hint()};
    case ErrorCode::interrupted:
      return {503, "unavailable_error", error.what(), error.hint()};
    case ErrorCode::failure:
    case ErrorCode::internal:
      break;
  }
  return {500, "server_error", error.what(), error.hint()};
}

}  // namespace partwise::internal
