#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/version.h"
#include "serve/tiny_service.h"

namespace partwise::internal {
namespace {

using test::tiny_llama;

class Models : public testing::Test {
 protected:
  Models() {
    ReaderFile reader;
    reader.reader = make_reader("full");
    reader.n_layers = tiny_llama().config().n_layers;
    reader.n_heads = tiny_llama().config().n_heads;
    reader.label_words = {"good", "bad"};
    reader.info.set(facts::kTask, "reviews");
    service_.readers().add("mine", std::move(reader));
  }

  Session session_{tiny_llama(), {.threads = 1}, Passes::one};
  Service service_{session_, {.model_name = "tiny", .aliases = {"jev-latest"}}};
};

TEST_F(Models, AreListedWithAliasesAndReaders) {
  const Json list = Json::parse(answer_models(service_).body);
  EXPECT_EQ(list["object"], "list");
  ASSERT_EQ(list["data"].size(), 3u);
  const std::vector<std::string> names = {"tiny", "jev-latest", "mine"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json& entry = list["data"][i];
    EXPECT_EQ(entry["id"], names[i]);
    EXPECT_EQ(entry["object"], "model");
    EXPECT_EQ(entry["created"], service_.started());
    EXPECT_EQ(entry["architecture"]["output_modalities"], Json::array({"decisions"}));
    EXPECT_EQ(list["models"][i]["name"], names[i]);
    EXPECT_THAT(list["models"][i]["release_date"].get<std::string>(),
                testing::MatchesRegex("20[0-9][0-9]-[01][0-9]-[0-3][0-9]"));
  }
  const Json meta = list["data"][0]["meta"];
  EXPECT_EQ(meta["n_vocab"], 311);
  EXPECT_EQ(meta["n_ctx_train"], 256);
  EXPECT_EQ(meta["n_embd"], 32);
  EXPECT_EQ(meta["size"], 4 * meta["n_params"].get<std::int64_t>()) << "weights in float32";
  EXPECT_EQ(meta["vocab_type"], 2);
  EXPECT_EQ(list["models"][2]["description"], "reader of the kind full, fitted on the task reviews, answers good, bad");
}

TEST_F(Models, HaveCapabilities) {
  const Json all = Json::parse(answer_capabilities(service_).body);
  EXPECT_EQ(all["version"], version());
  EXPECT_EQ(all["fingerprint"], tiny_llama().fingerprint());
  EXPECT_EQ(all["architecture"], "llama");
  EXPECT_EQ(all["threads"], 1);
  EXPECT_EQ(all["precision"], "f32");
  EXPECT_EQ(all["chat"], false);
  EXPECT_EQ(all["limits"]["prompt_tokens"], 256);
  EXPECT_EQ(all["readers"][0]["label_words"], Json({"good", "bad"}));
  EXPECT_THAT(all["routes"].get<std::vector<std::string>>(),
              testing::IsSupersetOf({"POST /v1/systemone", "GET /health", "DELETE /v1/readers"}));
}

}  // namespace
}  // namespace partwise::internal
