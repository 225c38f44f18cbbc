#include "tiny_tokenizer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "tokenizer/byte_level.h"

namespace partwise::internal::test {

std::vector<std::string> tiny_merges() {
  return {"h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "a b", "b c", "a a", "1 2"};
}

std::vector<std::string> tiny_vocabulary() {
  std::vector<std::string> tokens = {"<|end|>", "<|start|>", "<tool>"};
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(to_byte_level(std::string(1, static_cast<char>(byte))));
  for (std::string merge : tiny_merges()) tokens.push_back(merge.erase(merge.find(' '), 1));
  return tokens;
}

Json tiny_json() {
  const auto tokens = tiny_vocabulary();
  Json added = Json::array(), vocab = Json::object();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    vocab[tokens[id]] = id;
    if (id <= 2) {
      added.push_back({{"id", id},
                       {"content", tokens[id]},
                       {"single_word", false},
                       {"lstrip", false},
                       {"rstrip", false},
                       {"normalized", false},
                       {"special", id != 2}});
    }
  }
  const Json byte_level = {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added},
          {"normalizer", nullptr},
          {"pre_tokenizer",
           {{"type", "Sequence"},
            {"pretokenizers", Json::array({{{"type", "Digits"}, {"individual_digits", true}}, byte_level})}}},
          {"post_processor", nullptr},
          {"decoder", byte_level},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"ignore_merges", false},
            {"vocab", vocab},
            {"merges", tiny_merges()}}}};
}

GgufWriter tiny_gguf(const std::string& pre) {
  constexpr std::int32_t kNormal = 1, kControl = 3, kUserDefined = 4;
  const auto tokens = tiny_vocabulary();
  std::vector<std::int32_t> types(tokens.size(), kNormal);
  types[kEnd] = types[kStart] = kControl;
  types[kTool] = kUserDefined;
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", pre).add("tokenizer.ggml.tokens", tokens);
  gguf.add("tokenizer.ggml.token_type", types).add("tokenizer.ggml.merges", tiny_merges());
  return gguf;
}

void expect_outline(const std::filesystem::path& path, const Tokenizer& tokenizer) {
  const auto texts = [&](std::optional<TokenId> id) { return id ? tokenizer.token_text(*id) : "none"; };
  const auto text_of = [](const auto& marker) { return marker ? marker->text : "none"; };
  const auto id_of = [](const auto& marker) { return marker ? std::optional(marker->id) : std::nullopt; };
  const TokenizerOutline outline = outline_tokenizer(path);
  EXPECT_EQ(outline.description, tokenizer.description());
  EXPECT_EQ(outline.vocab_size, tokenizer.vocab_size());
  EXPECT_EQ(outline.adds_bos, tokenizer.adds_bos());
  EXPECT_EQ(id_of(outline.bos), tokenizer.bos_id());
  EXPECT_EQ(id_of(outline.eos), tokenizer.eos_id());
  EXPECT_EQ(text_of(outline.bos), texts(tokenizer.bos_id()));
  EXPECT_EQ(text_of(outline.eos), texts(tokenizer.eos_id()));
}

std::unique_ptr<Tokenizer> load_and_outline(const std::filesystem::path& path) {
  auto tokenizer = load_tokenizer(path);
  expect_outline(path, *tokenizer);
  return tokenizer;
}

std::unique_ptr<Tokenizer> load_json(const Json& tokenizer_json, const Json& config) {
  TempDir folder;
  write_file(folder / "tokenizer.json", tokenizer_json.dump());
  if (!config.is_null()) write_file(folder / "tokenizer_config.json", config.dump());
  return load_and_outline(folder.path());
}

std::unique_ptr<Tokenizer> load_gguf(const GgufWriter& gguf) {
  TempDir folder;
  gguf.write(folder / "tokenizer.gguf");
  return load_and_outline(folder / "tokenizer.gguf");
}

std::unique_ptr<Tokenizer> load_model(const std::string& tokenizer_model, const Json& config) {
  TempDir folder;
  write_file(folder / "tokenizer.model", tokenizer_model);
  if (!config.is_null()) write_file(folder / "tokenizer_config.json", config.dump());
  return load_and_outline(folder.path());
}

std::string bad_data_of(const std::function<void()>& make) {
  try {
    make();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
    return std::string(error.what()) + " | " + error.hint();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace partwise::internal::test
