// Byte-level BPE in tokenizer.json, with tokenizer_config.json beside it for the markers BOS and EOS.
#include <fmt/format.h>

#include "tokenizer/byte_level.h"
#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/json_vocabulary.h"
#include "tokenizer/pipeline_json.h"
#include "tokenizer/source.h"

namespace partwise {

namespace {

constexpr std::string_view kName = "byte-level BPE (tokenizer.json)";

/// With an unk_token a byte that is not in the vocabulary would become that token; without one it is left out.
void check_unknown(const JsonPart& model) {
  if (model["unk_token"].is_null()) return;
  for (int byte = 0; byte < 256; ++byte) {
    if (!model["vocab"].value().contains(to_byte_level(std::string(1, static_cast<char>(byte))))) {
      model["unk_token"].refuse(fmt::format("an unk_token in a vocabulary without byte 0x{:02X}", byte));
    }
  }
}

bool reads(const TokenizerFiles& files) { return !files.tokenizer_json.is_null() && files.model == "BPE"; }

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const std::string file = (files.path / "tokenizer.json").string();
  const JsonPart json(files.tokenizer_json, file, "");
  check_tokenizer_members(json);
  const JsonPart model = json["model"];
  ByteLevelBpeParts parts;
  parts.name = kName;
  check_model_options(model);
  check_decoder(json["decoder"]);
  parts.nfc = read_normalizer(json["normalizer"]);
  parts.pre_tokenizer = read_pre_tokenizer(json["pre_tokenizer"]);
  parts.ignore_merges = model["ignore_merges"].flag_or(false);
  parts.added = read_added(json["added_tokens"]);
  parts.vocabulary = read_vocabulary(model["vocab"], json["added_tokens"], parts.added);
  check_unknown(model);
  parts.merges = read_merges(model["merges"]);
  const std::string config_file = (files.path / "tokenizer_config.json").string();
  const JsonPart config(files.tokenizer_config, config_file, "");
  read_markers(config, read_post_processor(json["post_processor"]), parts);
  check_prefix_space(config, false);
  return naming_file(file, [&] { return std::make_unique<ByteLevelBpe>(std::move(parts)); });
}

const RegisterTokenizerSource registration({kName, reads, make});

}  // namespace

}  // namespace partwise
