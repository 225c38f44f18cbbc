// The description of the routes holds together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "serve/tiny_service.h"
#include "support/at_least.h"

namespace partwise::internal {
namespace {

const Json& description() {
  static const Json json = read_json_file(test::source_dir() / "src/serve/openapi.json");
  return json;
}

/// Calls use(place, value) for every value.
template <class Use>
void visit(const Json& value, const std::string& place, const Use& use) {
  use(place, value);
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) visit(member, place + "/" + key, use);
}

/// Every operation with its name: "POST /v1/systemone" is "post /v1/systemone".
std::vector<std::pair<std::string, Json>> operations() {
  std::vector<std::pair<std::string, Json>> all;
  for (const auto& [path, methods] : description()["paths"].items())
    for (const auto& [method, operation] : methods.items()) all.emplace_back(method + " " + path, operation);
  return test::at_least(17, all);
}

TEST(OpenApi, IsAnsweredWithTheLimitsOfTheModel) {
  const http::Response response = answer_openapi(test::tiny_service().service);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  const Json answered = Json::parse(response.body), &schemas = answered["components"]["schemas"];
  EXPECT_EQ(answered["paths"], description()["paths"]);
  EXPECT_EQ(schemas["CompletionRequest"]["properties"]["max_tokens"]["maximum"], 256);
  EXPECT_EQ(schemas["Ids"]["items"]["maximum"], 310);
  EXPECT_THAT(schemas["FitRequest"]["properties"]["reader"]["enum"].dump(), testing::HasSubstr("\"reweight\""));
  EXPECT_THAT(schemas["FitRequest"]["properties"]["task"]["anyOf"][0]["enum"].dump(), testing::HasSubstr("\"news\""));
  const Json own = {"jev-latest", "tiny"};
  EXPECT_EQ(schemas["PoolingRequest"]["properties"]["model"]["not"]["enum"], own);
  EXPECT_EQ(schemas["ClassifyRequest"]["anyOf"][0]["properties"]["model"]["not"]["enum"], own);
  EXPECT_EQ(schemas["TokenizeRequest"]["oneOf"].size(), 2u) << "there is no chat template for messages";
}

TEST(OpenApi, RefersToWhatIsThere) {
  int n = 0;
  visit(description(), "", [&](const std::string& place, const Json& value) {
    if (!place.ends_with("/$ref")) return;
    ++n;
    const std::string target = value;
    ASSERT_TRUE(target.starts_with("#/")) << place;
    EXPECT_TRUE(description().contains(Json::json_pointer(target.substr(1)))) << place << ": " << target;
  });
  EXPECT_GT(n, 50);
}

TEST(OpenApi, UsesAllThatItDefines) {
  std::set<std::string> used;
  visit(description(), "", [&](const std::string& place, const Json& value) {
    if (place.ends_with("/$ref")) used.insert(value);
  });
  for (const char* kind : {"schemas", "responses"})
    for (const auto& [name, value] : description()["components"][kind].items())
      EXPECT_TRUE(used.contains(std::string("#/components/") + kind + "/" + name)) << name;
}

TEST(OpenApi, SaysWhatEveryOperationIsAndHowItFails) {
  std::set<std::string> ids;
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(ids.insert(operation.at("operationId")).second) << name << " has the id of another";
    EXPECT_FALSE(operation.at("summary").get<std::string>().empty()) << name;
    std::vector<std::string> codes;
    for (const auto& [code, response] : operation.at("responses").items()) codes.push_back(code);
    EXPECT_THAT(codes, testing::IsSupersetOf({"200", "400", "403", "408", "429", "431", "500", "503"})) << name;
    if (name.starts_with("post ")) {
      EXPECT_THAT(codes, testing::IsSupersetOf({"411", "413", "415"})) << name;
    }
    const bool is_open = operation.contains("security") && operation["security"].empty();
    EXPECT_EQ(is_open, name == "get /health" || name == "get /v1/health") << name;
    if (!is_open) {
      EXPECT_THAT(codes, testing::Contains("401")) << name;
    }
  }
}

TEST(OpenApi, SaysWhichMembersAreAllowed) {
  for (const auto& [name, schema] :
       test::at_least(20, description()["components"]["schemas"].get<std::map<std::string, Json>>())) {
    if (schema.value("type", Json()) != "object") continue;
    EXPECT_TRUE(schema.contains("properties") || schema.contains("additionalProperties")) << name;
    for (const Json& required : schema.value("required", Json::array()))
      EXPECT_TRUE(schema["properties"].contains(required.get<std::string>())) << name << " " << required;
  }
}

}  // namespace
}  // namespace partwise::internal
