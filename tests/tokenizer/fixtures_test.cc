// Encodes every row of the shared tokenizer fixtures, with the tokenizer read from every kind of file that can hold it.
#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "formats/gguf.h"
#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Bos = EncodeOptions::Bos;
namespace fs = std::filesystem;

std::vector<Json> rows_of(const fs::path& file) {
  std::vector<Json> rows;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) rows.push_back(Json::parse(line));
  return rows;
}

struct Source {
  const char* fixture;
  const char* file;
  std::unique_ptr<Tokenizer> (*load)(const fs::path& folder);  // null if its file is not here
  bool adds_bos = true;
  const char* ids = "ids";  // the column of expected ids, if not "ids"
};

void PrintTo(const Source& source, std::ostream* out) { *out << source.fixture << " " << source.file; }

std::unique_ptr<Tokenizer> from_folder(const fs::path& folder) { return load_and_outline(folder); }

std::unique_ptr<Tokenizer> from_cache(const std::optional<fs::path>& model) {
  return model ? load_and_outline(*model) : nullptr;
}

Pieces pieces_in(const fs::path& folder) {
  std::ifstream file(folder / "tokenizer.model", std::ios::binary);
  return read_pieces({std::istreambuf_iterator<char>(file), {}});
}

std::unique_ptr<Tokenizer> from_pieces_gguf(const fs::path& folder) { return load_gguf(gguf_of(pieces_in(folder))); }
std::unique_ptr<Tokenizer> from_prepend(const fs::path& folder) {
  return load_json(json_of(pieces_in(folder), JsonForm::prepend));
}
std::unique_ptr<Tokenizer> from_metaspace(const fs::path& folder) {
  return load_json(json_of(pieces_in(folder), JsonForm::metaspace_first));
}

/// The pieces of Gemma's GGUF file, the only file that we have. It has runs of spaces where other files have "▁".
std::optional<Pieces> gemma_pieces() {
  if (!gemma_model()) return std::nullopt;
  const GgufFile gguf(*gemma_model());
  Pieces pieces{gguf.strings("tokenizer.ggml.tokens"), gguf.floats("tokenizer.ggml.scores"), {}};
  for (std::int64_t type : gguf.integers("tokenizer.ggml.token_type"))
    pieces.types.push_back(static_cast<std::int32_t>(type));
  for (std::string& text : pieces.texts)
    for (std::size_t at; (at = text.find(' ')) != std::string::npos;) text.replace(at, 1, "\u2581");
  return pieces;
}

std::unique_ptr<Tokenizer> from_gemma_model(const fs::path&) {
  const auto pieces = gemma_pieces();
  if (!pieces) return nullptr;
  const Message trainer = llama_trainer().add(46, "<bos>").add(47, "<eos>");
  const Message normalizer = llama_normalizer().add(3, std::uint64_t{0});
  return load_model(model_of(*pieces, trainer, normalizer).bytes());
}

std::unique_ptr<Tokenizer> from_gemma_json(const fs::path&) {
  const auto pieces = gemma_pieces();
  if (!pieces) return nullptr;
  Json json = json_of(*pieces, JsonForm::gemma);
  json["post_processor"]["special_tokens"]["<s>"]["ids"] = {2};
  return load_json(json);
}

/// Byte-level GGUF metadata made from tokenizer.json, as llama.cpp's converter writes it.
GgufWriter gguf_of_json(const Json& json, const char* pre) {
  constexpr std::int32_t kNormal = 1, kControl = 3, kUserDefined = 4, kUnused = 5;
  const std::size_t n_rows = json["model"]["vocab"].size() + json["added_tokens"].size() + 20;
  std::vector<std::string> tokens(n_rows), merges;
  std::vector<std::int32_t> types(n_rows, kUnused);
  for (std::size_t id = 0; id < n_rows; ++id) tokens[id] = "[PAD" + std::to_string(id) + "]";
  const auto put = [&](std::size_t id, const Json& text, std::int32_t type) {
    tokens[id] = text.get<std::string>(), types[id] = type;
  };
  for (const auto& [text, id] : json["model"]["vocab"].items()) put(id, text, kNormal);
  for (const Json& token : json["added_tokens"])
    put(token["id"], token["content"], token["special"].get<bool>() ? kControl : kUserDefined);
  for (const Json& merge : json["model"]["merges"])
    merges.push_back(merge.is_string() ? merge.get<std::string>()
                                       : merge[0].get<std::string>() + " " + merge[1].get<std::string>());
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", pre).add("tokenizer.ggml.tokens", tokens);
  return gguf.add("tokenizer.ggml.token_type", types).add("tokenizer.ggml.merges", merges);
}

std::unique_ptr<Tokenizer> from_llama3_gguf(const fs::path& folder) {
  GgufWriter gguf = gguf_of_json(read_json_file(folder / "tokenizer.json"), "llama-bpe");
  return load_gguf(gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{128000}));
}

std::unique_ptr<Tokenizer> from_pythia_gguf(const fs::path& folder) {
  GgufWriter gguf = gguf_of_json(read_json_file(folder / "tokenizer.json"), "olmo");
  return load_gguf(gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{0}));
}

class Fixture : public testing::TestWithParam<Source> {
 protected:
  void SetUp() override {
    if (!shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
    folder_ = *shared_dir() / "fixtures" / "tokenizers" / GetParam().fixture;
    tokenizer_ = GetParam().load(folder_);
    if (!tokenizer_) GTEST_SKIP() << "the model is not in the cache";
  }

  fs::path folder_;
  std::unique_ptr<Tokenizer> tokenizer_;
};

constexpr Source kSources[] = {
    {"llama2", "model", from_folder},
    {"llama2", "gguf", from_pieces_gguf},
    {"llama2", "json_prepend", from_prepend},
    {"llama2", "json_metaspace", from_metaspace, true, "ids_metaspace_first"},
    {"mistral", "model", from_folder},
    {"mistral", "gguf", from_pieces_gguf},
    {"mistral", "json_prepend", from_prepend},
    {"mistral", "json_metaspace", from_metaspace, true, "ids_metaspace_first"},
    {"llama3", "json", from_folder},
    {"llama3", "gguf", from_llama3_gguf},
    {"pythia", "json", from_folder, false},
    {"pythia", "gguf", from_pythia_gguf, false},
    {"smollm2", "gguf", [](const fs::path&) { return from_cache(demo_model()); }, false},
    {"gemma3", "gguf", [](const fs::path&) { return from_cache(gemma_model()); }},
    {"gemma3", "model", from_gemma_model},
    {"gemma3", "json", from_gemma_json},
};

INSTANTIATE_TEST_SUITE_P(Tokenizers, Fixture, testing::ValuesIn(kSources), [](const auto& source) {
  return std::string(source.param.fixture) + "_" + source.param.file;
});

TEST_P(Fixture, Encodes) {
  const auto rows = rows_of(folder_ / "cases.jsonl");
  ASSERT_GE(rows.size(), 245u);
  for (const Json& row : rows) {
    const Bos bos = row.at("add_bos").get<bool>() ? Bos::yes : Bos::no;
    const auto text = row.at("text").get<std::string>();
    const Json& ids = row.contains(GetParam().ids) ? row.at(GetParam().ids) : row.at("ids");
    for (bool parse_special : {false, true}) {  // if the row does not say, both must give the same
      if (row.value("parse_special", parse_special) != parse_special) continue;
      EXPECT_EQ(Json(tokenizer_->encode(text, {bos, parse_special})), ids) << row;
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

TEST_P(Fixture, AddsBosAsThePublishedTokenizerDoes) { EXPECT_EQ(tokenizer_->adds_bos(), GetParam().adds_bos); }

}  // namespace
}  // namespace partwise::internal
