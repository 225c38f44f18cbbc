// Byte-level BPE in tokenizer.json, or in vocab.json and merges.txt, with the markers and added tokens of the files
// beside them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tokenizer/byte_level.h"
#include "tokenizer/byte_level_bpe.h"
#include "tokenizer/folder_markers.h"
#include "tokenizer/json_vocabulary.h"
#include "tokenizer/kind.h"
#include "tokenizer/pipeline_json.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kName = "byte-level BPE (tokenizer.json)";
constexpr std::string_view kNameOfTables = "byte-level BPE (vocab.json)";

/// Refuses an unk_token unless the vocabulary has all bytes: a missing byte would become that token. Without an
/// unk_token it is left out.
void check_unknown(const JsonPart& unk_token, const std::vector<std::string>& vocabulary) {
  if (unk_token.is_null()) return;
  std::array<bool, 256> is_there{};
  for (const std::string& token : vocabulary) {
    const auto byte = token.size() > 2 ? std::nullopt : from_byte_level(token);
    if (byte && byte->size() == 1) is_there[static_cast<unsigned char>((*byte)[0])] = true;
  }
  const auto missing = std::find(is_there.begin(), is_there.end(), false);
  if (missing == is_there.end()) return;
  unk_token.refuse(fmt::format("an unk_token in a vocabulary without byte 0x{:02X}", missing - is_there.begin()));
}

bool reads(const TokenizerFiles& files) { return !files.tokenizer_json.is_null() && files.model == "BPE"; }

/// Reads everything except the vocabulary, the merges and the markers.
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
  const auto front = read_post_processor(json["post_processor"]);
  read_folder_markers(files, bos_decision(files, front), vocabulary_size(files), parts);
  check_prefix_space(config, false);
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const JsonPart json(files.tokenizer_json, files.tokenizer_file.string(), "");
  ByteLevelBpeParts parts = read_pipeline(json);
  if (files.is_vocabulary_alone) parts.name = kNameOfTables;
  parts.vocabulary = read_vocabulary(files, json, parts.added);
  check_unknown(json["model"]["unk_token"], parts.vocabulary);
  parts.merges = read_merges(files, json["model"]["merges"]);
  read_config(files, json, parts);
  return naming_file(files.tokenizer_file.string(), [&] { return std::make_unique<ByteLevelBpe>(std::move(parts)); });
}

}  // namespace

void register_byte_level_from_json(std::vector<TokenizerKind>& kinds) { kinds.push_back({kName, reads, make}); }

}  // namespace partwise::internal
