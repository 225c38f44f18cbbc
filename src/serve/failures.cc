// Failures as clients read them.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/json.h"
#include "serve/body.h"
#include "serve/routes.h"

namespace partwise::internal {

namespace {

constexpr int kBadRequest = 400, kUnprocessable = 422;

/// OpenAI's clients read `error` with texts, llama.cpp's with a number in `code`.
OrderedJson error_json_of(const http::Failure& failure, const OrderedJson& code) {
  OrderedJson error = {{"message", failure.message}, {"type", failure.type}, {"param", nullptr}, {"code", code}};
  if (!failure.hint.empty()) error["hint"] = failure.hint;
  return error;
}

std::string with_hint(const http::Failure& failure) {
  return failure.hint.empty() ? failure.message : failure.message + "; " + failure.hint;
}

/// TypeSafe's clients read `detail`: a list about a body that is wrong, or one object about anything else.
http::Response systemone_failure(const http::Failure& failure) {
  const int status = failure.status;
  OrderedJson detail = {{"error_type", failure.type}, {"message", with_hint(failure)}};
  if (status == kUnprocessable)
    detail = OrderedJson::array({{{"loc", {"body"}}, {"msg", with_hint(failure)}, {"type", "value_error"}}});
  return json_response({{"detail", detail}, {"error", error_json_of(failure, status)}}, status);
}

bool is_llama_route(std::string_view path) {
  constexpr std::string_view kRoutes[] = {"/health", "/v1/health", "/tokenize", "/detokenize"};
  return std::ranges::find(kRoutes, path) != std::end(kRoutes);
}

OrderedJson openai_code(const http::Failure& failure) {
  if (failure.status == 404) return "not_found";
  if (failure.status == 401) return "invalid_api_key";
  if (failure.status == 429) return "rate_limit_exceeded";
  return nullptr;
}

}  // namespace

http::Response failure_response(const std::string& path, const http::Failure& given) {
  if (path == "/v1/systemone" || path == "/systemone") return systemone_failure(given);
  http::Failure failure = given;
  if (failure.status == kUnprocessable) failure.status = kBadRequest;
  const OrderedJson code = is_llama_route(path) ? OrderedJson(failure.status) : openai_code(failure);
  return json_response({{"error", error_json_of(failure, code)}}, failure.status);
}

}  // namespace partwise::internal
