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

std::string file_of(const TokenizerFiles& files) { return (files.path / "tokenizer.json").string(); }

/// All but the vocabulary, the merges and the markers.
ByteLevelBpeParts read_pipeline(const JsonPart& json) {
  check_tokenizer_members(json);
  ByteLevelBpeParts parts;
  parts.name = kName;
  check_model_options(json["model"]);
  check_decoder(json["decoder"]);
  parts.nfc = read_normalizer(json["normalizer"]);
  parts.pre_tokenizer = read_pre_tokenizer(json["pre_tokenizer"]);
  parts.ignore_merges = json["model"]["ignore_merges"].flag_or(false);
  parts.added = read_added(json["added_tokens"]);
  return parts;
}

void read_config(const TokenizerFiles& files, const JsonPart& json, ByteLevelBpeParts& parts) {
  const JsonPart config(files.tokenizer_config, (files.path / "tokenizer_config.json").string(), "");
  read_markers(config, read_post_processor(json["post_processor"]), parts);
  check_prefix_space(config, false);
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const JsonPart json(files.tokenizer_json, file_of(files), "");
  ByteLevelBpeParts parts = read_pipeline(json);
  const JsonPart model = json["model"];
  parts.vocabulary = read_vocabulary(model["vocab"], json["added_tokens"], parts.added);
  check_unknown(model);
  parts.merges = read_merges(model["merges"]);
  read_config(files, json, parts);
  return naming_file(file_of(files), [&] { return std::make_unique<ByteLevelBpe>(std::move(parts)); });
}

TokenizerOutline outline(const TokenizerFiles& files) {
  const JsonPart json(files.tokenizer_json, file_of(files), "");
  ByteLevelBpeParts parts = read_pipeline(json);
  const JsonPart unknown = json["model"]["unk_token"];
  if (!unknown.is_null()) unknown.fail("whether that matters depends on the vocabulary");
  read_config(files, json, parts);
  return outline_of(parts, files.largest_id);
}

const RegisterTokenizerSource registration({kName, reads, make, outline});

}  // namespace

}  // namespace partwise
