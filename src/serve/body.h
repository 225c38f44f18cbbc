// Bodies of requests and answers.
#pragma once

#include "base/error.h"
#include "base/json_fwd.h"
#include "base/json_part.h"
#include "http/message.h"

namespace partwise::internal {

/// The body, which is a JSON object. Errors: bad_data, also if an object in it has a key twice: one of two questions
/// would get no answer.
OrderedJson json_body(const http::Request& request);

/// The whole of a body, with no file's name in errors: "'questions.team.criteria': this is missing".
OrderedJsonPart whole(const OrderedJson& body);

/// An answer with this value as its body.
http::Response json_response(const OrderedJson& value, int status = 200);

/// bad_data and usage: 422 (a request that was read, and is wrong), missing_input: 404 (a model or a reader that is not
/// there), interrupted: 503, failure and internal: 500. The hint is the error's.
http::Failure failure_of(const Error& error);

}  // namespace partwise::internal
