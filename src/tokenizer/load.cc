#include <fmt/format.h>

#include <span>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "formats/checkpoint.h"
#include "tokenizer/folder_files.h"
#include "tokenizer/kind.h"
#include "tokenizer/tokenizer_place.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr const char* kGgufModelKey = "tokenizer.ggml.model";

std::string text_or_nothing(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

TokenizerFiles open_gguf(const fs::path& path) {
  TokenizerFiles files;
  files.path = path;
  files.gguf = std::make_unique<GgufFile>(path);
  files.model = text_or_nothing(files.gguf->value(kGgufModelKey).value_or(Json()));
  return files;
}

bool is_at(const fs::path& place) {
  if (is_folder(place)) return folder_has_tokenizer(place);
  return begins_with_gguf_magic(place) && GgufFile(place).has(kGgufModelKey);
}

/// vocab.json and merges.txt are needed together.
void check_pair(const fs::path& folder) {
  const bool has_vocabulary = is_there(folder / "vocab.json");
  if (has_vocabulary == is_there(folder / "merges.txt")) return;
  const char *there = has_vocabulary ? "vocab.json" : "merges.txt",
             *missing = has_vocabulary ? "merges.txt" : "vocab.json";
  throw Error(ErrorCode::missing_input,
              fmt::format("{}: {} is missing, without which {} is no tokenizer", folder.string(), missing, there),
              fmt::format("get it from where {} is from, or tokenizer.json instead of both", there));
}

/// Where a tokenizer is.
fs::path find_tokenizer(const fs::path& path) {
  const fs::path place = tokenizer_place(path);
  if (is_at(place)) return place;
  check_pair(place);
  throw Error(ErrorCode::missing_input, fmt::format("{}: there is no tokenizer here", path.string()),
              "give a folder with tokenizer.json, tokenizer.model or vocab.json and merges.txt, or a GGUF file with "
              "tokenizer metadata");
}

void hash_file(const fs::path& path, Sha256& hash) {
  const MappedFile file(path);
  hash.update_item(path.filename().string());
  hash.update_item({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
}

/// Hashes what the model's fingerprint leaves out: the long arrays.
void hash_gguf(const GgufFile& file, Sha256& hash) {
  for (const char* key : {"tokenizer.ggml.tokens", "tokenizer.ggml.merges"}) {
    if (!file.has(key)) continue;
    hash.update_item(key);
    for (const std::string& text : file.strings(key)) hash.update_item(text);
  }
  const auto update = [&](const auto& numbers) { hash.update(std::as_bytes(std::span(numbers))); };
  if (file.has("tokenizer.ggml.scores")) update(file.floats("tokenizer.ggml.scores"));
  if (file.has("tokenizer.ggml.token_type")) update(file.integers("tokenizer.ggml.token_type"));
}

[[noreturn]] void refuse(const TokenizerFiles& files) {
  std::string supported;
  for (const TokenizerKind& source : tokenizer_kinds())
    supported += fmt::format("{}{}", supported.empty() ? "" : ", ", source.name);
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: tokenizer model '{}' is not supported", files.path.string(), files.model),
              "supported: " + supported);
}

const TokenizerKind& source_of(const TokenizerFiles& files) {
  for (const TokenizerKind& source : tokenizer_kinds())
    if (source.reads(files)) return source;
  refuse(files);
}

std::unique_ptr<Tokenizer> make(const TokenizerFiles& files) { return source_of(files).make(files); }

/// If a folder's large tables are unusual, a parser for all of JSON reads them.
std::unique_ptr<Tokenizer> load_folder(const fs::path& folder) {
  try {
    if (auto files = open_tokenizer_folder(folder, TablesAs::views)) return make(*files);
  } catch (const Error&) {
  }
  return make(*open_tokenizer_folder(folder, TablesAs::json));
}

}  // namespace

bool has_tokenizer(const fs::path& path) { return is_at(tokenizer_place(path)); }

std::string hash_tokenizer(const fs::path& path) {
  const fs::path place = tokenizer_place(path);
  Sha256 hash;
  if (!is_folder(place)) {
    hash_gguf(GgufFile(place), hash);
    return hash.finish();
  }
  for (const std::string& name : tokenizer_files(place)) hash_file(place / name, hash);
  return hash.finish();
}

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  const fs::path place = find_tokenizer(path);
  return is_folder(place) ? load_folder(place) : make(open_gguf(place));
}

TokenizerOutline outline_tokenizer(const fs::path& path) {
  const auto tokenizer = load_tokenizer(path);
  const auto marker = [&](std::optional<TokenId> id) -> std::optional<TokenizerOutline::Marker> {
    if (!id) return std::nullopt;
    return TokenizerOutline::Marker{*id, tokenizer->token_text(*id)};
  };
  return {tokenizer->description(), tokenizer->vocab_size(), marker(tokenizer->bos_id()), marker(tokenizer->eos_id()),
          tokenizer->adds_bos()};
}

}  // namespace partwise::internal
