// SentencePiece BPE as Hugging Face writes it in tokenizer.json: a BPE model with byte_fallback, whose normalizer
// (Prepend and Replace) or pre-tokenizer (Metaspace) writes "▁" for spaces.
#include <fmt/format.h>

#include "base/error.h"
#include "tokenizer/folder_markers.h"
#include "tokenizer/json_vocabulary.h"
#include "tokenizer/kind.h"
#include "tokenizer/pipeline_json.h"
#include "tokenizer/sentencepiece_bpe.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kName = "SentencePiece BPE (tokenizer.json)";
constexpr const char* kSpace = "\u2581";  // "▁"

using Parts = SentencePieceBpeParts;

void expect_text(const JsonPart& part, const std::string& wanted) {
  if (part.text() != wanted) part.refuse(fmt::format("'{}' instead of '{}'", part.text(), wanted));
}

/// {"type": "Replace", "pattern": {"String": FROM}, "content": TO}
void check_replace(const JsonPart& replace, const std::string& from, const std::string& to) {
  replace.check_members({"type", "pattern", "content"});
  replace["pattern"].check_members({"String"});
  expect_text(replace["pattern"]["String"], from);
  expect_text(replace["content"], to);
}

/// Returns whether spaces are replaced here.
bool read_normalizer(const JsonPart& normalizer, Parts& parts) {
  bool replaces = false;
  for (const JsonPart& part : flatten(normalizer, "normalizers")) {
    const std::string type = part["type"].text();
    if (type == "Replace" && !replaces) {
      check_replace(part, " ", kSpace);
      replaces = true;
    } else if (type == "Prepend" && !parts.prefixes_added_tokens) {
      part.check_members({"type", "prepend"});
      expect_text(part["prepend"], kSpace);
      parts.prefix = Parts::Prefix::every_stretch;
      parts.prefixes_added_tokens = true;
    } else {
      refuse_type(part, "normalizer");
    }
  }
  return replaces;
}

Parts::Prefix read_prepend_scheme(const JsonPart& metaspace) {
  const JsonPart scheme = metaspace["prepend_scheme"];
  if (scheme.is_null() || scheme.text() == "always") return Parts::Prefix::every_stretch;
  if (scheme.text() == "first") return Parts::Prefix::first_stretch;
  if (scheme.text() != "never") scheme.refuse(fmt::format("'{}'", scheme.text()));
  return Parts::Prefix::none;
}

void read_metaspace(const JsonPart& metaspace, Parts& parts) {
  metaspace.check_members({"type", "replacement", "add_prefix_space", "prepend_scheme", "split"});
  expect_text(metaspace["replacement"], kSpace);
  if (metaspace["split"].flag_or(true)) metaspace.refuse("Metaspace with split");
  parts.metaspace = true;
  parts.prefix = read_prepend_scheme(metaspace);
  const bool has_prefix = parts.prefix != Parts::Prefix::none;
  const JsonPart older = metaspace["add_prefix_space"];
  if (older.flag_or(has_prefix) != has_prefix) older.refuse("a value that contradicts prepend_scheme");
}

/// Cutting at spaces does nothing if the normalizer has replaced them all (Gemma).
void read_pre_tokenizer(const JsonPart& pre_tokenizer, bool spaces_are_replaced, Parts& parts) {
  const bool is_null = pre_tokenizer.is_null();
  if (is_null && !spaces_are_replaced) pre_tokenizer.refuse("a model that keeps spaces");
  if (is_null) return;
  const std::string type = pre_tokenizer["type"].text();
  if (type == "Split" && spaces_are_replaced) {
    pre_tokenizer["pattern"].check_members({"String"});
    expect_text(pre_tokenizer["pattern"]["String"], " ");
  } else if (type == "Metaspace" && !spaces_are_replaced && !parts.prefixes_added_tokens) {
    read_metaspace(pre_tokenizer, parts);
  } else {
    refuse_type(pre_tokenizer, "pre-tokenizer");
  }
}

/// {"type": "Strip", "content": " ", "start": N, "stop": 0}: whether N is 1.
bool read_strip(const JsonPart& strip) {
  strip.check_members({"type", "content", "start", "stop"});
  expect_text(strip["content"], " ");
  const std::int64_t start = strip["start"].integer(), stop = strip["stop"].integer();
  if (start < 0 || start > 1 || stop != 0) strip.refuse(fmt::format("Strip from {} to {}", start, stop));
  return start == 1;
}

/// Replace, ByteFallback, Fuse and, if there is a dummy prefix, Strip.
void read_decoder(const JsonPart& decoder, Parts& parts) {
  if (decoder.is_null()) decoder.refuse("a model without a decoder");
  const auto steps = flatten(decoder, "decoders");
  constexpr const char* kTypes[] = {"Replace", "ByteFallback", "Fuse", "Strip"};
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (i >= std::size(kTypes) || steps[i]["type"].text() != kTypes[i]) refuse_type(steps[i], "decoder");
  if (steps.size() < 3) decoder.refuse("a decoder without Replace, ByteFallback and Fuse");
  check_replace(steps[0], kSpace, " ");
  steps[1].check_members({"type"});
  steps[2].check_members({"type"});
  parts.strips_space = steps.size() > 3 && read_strip(steps[3]);
  parts.whole_byte_runs = true;
}

bool reads(const TokenizerFiles& files) { return files.model == "BPE with byte_fallback"; }

/// Reads everything except the vocabulary, the merges and the markers.
Parts read_pipeline(const JsonPart& json) {
  check_tokenizer_members(json);
  Parts parts;
  parts.name = kName;
  const bool spaces_are_replaced = read_normalizer(json["normalizer"], parts);
  read_pre_tokenizer(json["pre_tokenizer"], spaces_are_replaced, parts);
  read_decoder(json["decoder"], parts);
  const JsonPart model = json["model"];
  check_model_options(model);
  if (model["ignore_merges"].flag_or(false)) model["ignore_merges"].refuse("true");
  parts.added = read_added(json["added_tokens"]);
  return parts;
}

void read_config(const TokenizerFiles& files, const JsonPart& json, Parts& parts) {
  const JsonPart config(files.tokenizer_config, (files.path / "tokenizer_config.json").string(), "");
  const auto front = read_post_processor(json["post_processor"]);
  read_folder_markers(files, bos_decision(files, front), vocabulary_size(files), parts);
  check_prefix_space(config, parts.prefix != Parts::Prefix::none);
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) {
  const std::string file = files.tokenizer_file.string();
  const JsonPart json(files.tokenizer_json, file, "");
  Parts parts = read_pipeline(json);
  parts.vocabulary = read_vocabulary(files, json, parts.added);
  parts.merges = read_merges(files, json["model"]["merges"]);
  read_config(files, json, parts);
  return naming_file(file, [&] { return std::make_unique<SentencePieceBpe>(std::move(parts)); });
}

}  // namespace

void register_sentencepiece_from_json(std::vector<TokenizerKind>& kinds) { kinds.push_back({kName, reads, make}); }

}  // namespace partwise::internal
