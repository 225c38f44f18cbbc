// A tiny model at work, for tests of routes.
#pragma once

#include <string>

#include "base/json.h"
#include "serve/routes.h"
#include "serve/service.h"
#include "support/paths.h"

namespace partwise::internal::test {

/// tiny-llama: a context of 256 tokens, and about one token a character.
inline const Session& tiny_session() {
  static const LoadedModel loaded({(source_dir() / "tests/golden/tiny-llama").string(), {}, {}});
  static const Session session(loaded, {.threads = 2}, Passes::served);
  return session;
}

inline Service& tiny_service() {
  static Service service(tiny_session(), {.model_name = "tiny-llama", .aliases = {"jev-latest"}});
  return service;
}

using AnswerFunction = http::Response (*)(Service&, const http::Request&, std::stop_token);

/// The body of the answer to this body.
inline OrderedJson ask(AnswerFunction answer, const OrderedJson& body, Service& service = tiny_service()) {
  const http::Response response = answer(service, {.method = "POST", .body = body.dump()}, {});
  return OrderedJson::parse(response.body);
}

/// What is wrong with this body; "" if it is answered.
inline std::string refusal(AnswerFunction answer, const std::string& body, Service& service = tiny_service()) {
  try {
    answer(service, {.method = "POST", .body = body}, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace partwise::internal::test
