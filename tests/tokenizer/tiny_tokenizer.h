// A byte-level BPE tokenizer that is small enough to merge by hand, in both kinds of file:
//
//   0 <|end|>  1 <|start|>   special
//   2 <tool>                 added, not special
//   3 + b                    the byte b
//   259 ...                  the results of kMerges, in order
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/gguf_writer.h"
#include "support/paths.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal::test {

constexpr TokenId kEnd = 0, kStart = 1, kTool = 2;
constexpr TokenId kHello = 262, kSpWor = 265, kAb = 266, kBc = 267, kAa = 268, k12 = 269;
constexpr TokenId byte_id(unsigned char byte) { return 3 + byte; }

/// The vocabulary in byte-level spelling, added tokens included.
std::vector<std::string> tiny_vocabulary();
std::vector<std::string> tiny_merges();

/// tokenizer.json with the steps of SmolLM2.
Json tiny_json();
/// GGUF metadata with tokenizer.ggml.pre = `pre`. The test adds BOS, EOS and add_bos_token itself.
GgufWriter tiny_gguf(const std::string& pre = "smollm");

/// Expects outline_tokenizer to say the same of the files as the loaded tokenizer.
void expect_outline(const std::filesystem::path& path, const Tokenizer& tokenizer);
std::unique_ptr<Tokenizer> load_and_outline(const std::filesystem::path& path);

/// Writes the files into a fresh folder, loads them and checks their outline. A null `config` is left out.
std::unique_ptr<Tokenizer> load_json(const Json& tokenizer_json, const Json& config = nullptr);
std::unique_ptr<Tokenizer> load_gguf(const GgufWriter& gguf);
std::unique_ptr<Tokenizer> load_model(const std::string& tokenizer_model, const Json& config = nullptr);

/// The bad_data that `make` throws: "MESSAGE | HINT". The test fails if it throws nothing, or an error with another
/// code.
std::string bad_data_of(const std::function<void()>& make);

}  // namespace partwise::internal::test
