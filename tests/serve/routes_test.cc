// Every route through routes_of(), compared with what the description says of it.
#include "serve/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "serve/tiny_service.h"
#include "support/at_least.h"

namespace partwise::internal {
namespace {

using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

const OrderedJson& description() {
  static const OrderedJson json = OrderedJson::parse(answer_openapi(test::tiny_service().service).body);
  return json;
}

std::vector<http::Route> routes(Service& service = test::tiny_service().service) {
  return test::at_least(17, routes_of(service, {[] { return 0; }, [] { return false; }}));
}

/// "POST /v1/systemone"
std::string name_of(const http::Route& route) { return route.method + " " + route.path; }

const OrderedJson& operation_of(const http::Route& route) {
  std::string method = route.method;
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
  return description().at("paths").at(route.path).at(method);
}

http::Response ask(const http::Route& route, const std::string& body) {
  return route.answer({.method = route.method, .path = route.path, .body = body, .id = "r1"}, {});
}

TEST(Routes, AreThoseOfTheDescription) {
  std::vector<std::string> described, there;
  for (const auto& [path, operations] : description()["paths"].items())
    for (const auto& [method, operation] : operations.items()) {
      std::string word = method;
      std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::toupper(c); });
      described.push_back(word + " " + path);
    }
  for (const http::Route& route : routes()) there.push_back(name_of(route));
  EXPECT_THAT(there, UnorderedElementsAreArray(described));
}

TEST(Routes, NeedAKeyUnlessTheDescriptionSaysNot) {
  for (const http::Route& route : routes()) {
    const bool needs_none = operation_of(route).contains("security") && operation_of(route)["security"].empty();
    EXPECT_EQ(route.is_open, needs_none) << name_of(route);
  }
}

/// The form of a failure, as the route's clients read it: in "detail" a list, or for all in "error" a text, with a
/// number as code for llama-server's.
void expect_form(const http::Route& route, const http::Response& response) {
  const OrderedJson body = OrderedJson::parse(response.body);
  const bool is_systemone = route.path.ends_with("/systemone");
  const bool is_llama = route.path == "/tokenize" || route.path == "/detokenize";
  EXPECT_EQ(response.status, is_systemone ? 422 : 400) << name_of(route);
  EXPECT_TRUE(operation_of(route)["responses"].contains(std::to_string(response.status))) << name_of(route);
  EXPECT_EQ(response.content_type, "application/json") << name_of(route);
  EXPECT_FALSE(body["error"]["message"].get<std::string>().empty()) << name_of(route);
  EXPECT_EQ(body["error"]["type"], "invalid_request_error") << name_of(route);
  EXPECT_EQ(body["error"]["code"].is_number(), is_systemone || is_llama) << name_of(route);
  EXPECT_EQ(body.contains("detail"), is_systemone) << name_of(route);
  if (is_systemone) {
    EXPECT_EQ(body["detail"][0]["loc"][0], "body");
    EXPECT_THAT(body["detail"][0]["msg"].get<std::string>(), StartsWith(body["error"]["message"].get<std::string>()));
  }
}

TEST(Routes, RefuseAWrongBodyInTheFormOfTheirClients) {
  for (const http::Route& route : routes()) {
    if (route.method == "GET") continue;
    for (const char* body : {"", "{", "[]", "null", "\"\xff\"", "{}", R"({"prompt": 1, "state": 1, "tokens": 1})"})
      expect_form(route, ask(route, body));
  }
}

TEST(Routes, AreAnsweredWithoutABodyIfTheyHaveNone) {
  for (const http::Route& route : routes()) {
    if (route.method != "GET") continue;
    const http::Response response = ask(route, "");
    EXPECT_EQ(response.status, 200) << name_of(route);
    EXPECT_TRUE(operation_of(route)["responses"]["200"]["content"].contains(
        response.content_type.substr(0, response.content_type.find(';'))))
        << name_of(route);
  }
}

// The readers that an example names are not there.
TEST(Routes, AnswerTheExamplesOfTheDescription) {
  test::TinyService tiny;
  int n_answered = 0;
  for (const http::Route& route : routes(tiny.service)) {
    if (route.method != "POST") continue;
    const OrderedJson& content = operation_of(route)["requestBody"]["content"]["application/json"];
    if (!content.contains("example")) continue;
    const http::Response response = ask(route, content["example"].dump());
    EXPECT_EQ(response.status, route.path == "/classify" ? 404 : 200) << name_of(route) << ": " << response.body;
    EXPECT_TRUE(operation_of(route)["responses"].contains(std::to_string(response.status))) << name_of(route);
    n_answered += response.status == 200 ? 1 : 0;
  }
  EXPECT_GE(n_answered, 7);
}

}  // namespace
}  // namespace partwise::internal
