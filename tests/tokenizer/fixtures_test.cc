// Every row of the shared tokenizer fixtures.
#include <gtest/gtest.h>

#include <fstream>

#include "tiny_tokenizer.h"

namespace partwise {
namespace {

using namespace test;
using Bos = EncodeOptions::Bos;

std::vector<Json> rows_of(const std::filesystem::path& file) {
  std::vector<Json> rows;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) rows.push_back(Json::parse(line));
  return rows;
}

class Fixture : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
    folder_ = *shared_dir() / "fixtures" / "tokenizers" / GetParam();
    const bool in_demo_model = GetParam() == std::string("smollm2");
    if (in_demo_model && !demo_model()) GTEST_SKIP() << "the demo's model is not here";
    tokenizer_ = load_tokenizer(in_demo_model ? *demo_model() : folder_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Tokenizer> tokenizer_;
};

INSTANTIATE_TEST_SUITE_P(Tokenizers, Fixture, testing::Values("smollm2", "llama3", "pythia"),
                         [](const auto& name) { return std::string(name.param); });

TEST_P(Fixture, Encodes) {
  const auto rows = rows_of(folder_ / "cases.jsonl");
  ASSERT_GE(rows.size(), 245u);
  for (const Json& row : rows) {
    const Bos bos = row.at("add_bos").get<bool>() ? Bos::yes : Bos::no;
    const auto text = row.at("text").get<std::string>();
    for (bool parse_special : {false, true}) {  // where the row does not say, both give the same
      if (row.value("parse_special", parse_special) != parse_special) continue;
      EXPECT_EQ(Json(tokenizer_->encode(text, {bos, parse_special})), row.at("ids")) << row;
    }
  }
}

TEST_P(Fixture, Decodes) {
  const auto rows = rows_of(folder_ / "decode.jsonl");
  ASSERT_GE(rows.size(), 22u);
  for (const Json& row : rows) {
    const auto ids = row.at("ids").get<std::vector<TokenId>>();
    EXPECT_EQ(tokenizer_->decode(ids, row.at("skip_special").get<bool>()), row.at("text").get<std::string>()) << row;
  }
}

TEST_P(Fixture, AddsBosAsThePublishedTokenizerDoes) {
  EXPECT_EQ(tokenizer_->adds_bos(), GetParam() == std::string("llama3"));
}

}  // namespace
}  // namespace partwise
