#include <fmt/format.h>

#include <fstream>
#include <span>

#include "base/error.h"
#include "base/file.h"
#include "base/sha256.h"
#include "formats/checkpoint.h"
#include "tokenizer/json_outline.h"
#include "tokenizer/source.h"

namespace partwise {

namespace fs = std::filesystem;

namespace {

constexpr const char* kGgufModelKey = "tokenizer.ggml.model";

bool begins_with_gguf_magic(const fs::path& path) {
  char magic[4] = {};
  std::ifstream file(path, std::ios::binary);
  return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "GGUF";
}

/// The folder of a model that is named by one of its files, and the first part of a split GGUF file: where the
/// tokenizer is.
fs::path place_of(const fs::path& path) {
  if (is_folder(path)) return path;
  if (begins_with_gguf_magic(path)) {
    return GgufFile(path).value("split.no").value_or(0) == 0 ? path : open_checkpoint(path)->files().front();
  }
  const bool is_of_folder = path.extension() == ".json" || path.extension() == ".safetensors";
  if (!is_of_folder || !is_there(path)) return path;
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string text_or_nothing(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string model_in_json(const Json& tokenizer_json) {
  if (!tokenizer_json.is_object() || !tokenizer_json.contains("model")) return "";
  const Json& model = tokenizer_json["model"];
  if (!model.is_object()) return "";
  const bool byte_fallback = model.value("byte_fallback", Json()) == true;
  return text_or_nothing(model.value("type", Json())) + (byte_fallback ? " with byte_fallback" : "");
}

TokenizerFiles open_gguf(const fs::path& path) {
  TokenizerFiles files{path};
  files.gguf = std::make_unique<GgufFile>(path);
  files.model = text_or_nothing(files.gguf->value(kGgufModelKey).value_or(Json()));
  return files;
}

enum class Extent { whole, outline };

void read_tokenizer_json(const fs::path& path, Extent extent, TokenizerFiles& files) {
  if (extent == Extent::whole) {
    files.tokenizer_json = read_json_file(path);
    return;
  }
  const MappedFile mapped(path);
  const JsonOutline outline =
      outline_json({reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size()});
  files.tokenizer_json = parse_json(outline.text, path.string());
  files.largest_id = outline.largest_id;
}

TokenizerFiles open_folder(const fs::path& path, Extent extent) {
  TokenizerFiles files{path};
  if (is_there(path / "tokenizer_config.json")) files.tokenizer_config = read_json_file(path / "tokenizer_config.json");
  if (!is_there(path / "tokenizer.json")) {
    files.model = "tokenizer.model";
    return files;
  }
  read_tokenizer_json(path / "tokenizer.json", extent, files);
  files.model = model_in_json(files.tokenizer_json);
  return files;
}

bool is_at(const fs::path& place) {
  if (is_folder(place)) return is_there(place / "tokenizer.json") || is_there(place / "tokenizer.model");
  return begins_with_gguf_magic(place) && GgufFile(place).has(kGgufModelKey);
}

TokenizerFiles open_files(const fs::path& path, Extent extent) {
  const fs::path place = place_of(path);
  if (!is_at(place)) {
    throw Error(ErrorCode::missing_input, fmt::format("{}: there is no tokenizer here", path.string()),
                "give a folder with tokenizer.json or tokenizer.model, or a GGUF file with tokenizer metadata");
  }
  return is_folder(place) ? open_folder(place, extent) : open_gguf(place);
}

void hash_file(const fs::path& path, Sha256& hash) {
  const MappedFile file(path);
  hash.update_item(path.filename().string());
  hash.update_item({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
}

/// Of what a fingerprint of the model leaves out: the long arrays.
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
  for (const TokenizerSource& source : tokenizer_sources())
    supported += fmt::format("{}{}", supported.empty() ? "" : ", ", source.name);
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: tokenizer model '{}' is not supported", files.path.string(), files.model),
              "supported: " + supported);
}

const TokenizerSource& source_of(const TokenizerFiles& files) {
  for (const TokenizerSource& source : tokenizer_sources())
    if (source.reads(files)) return source;
  refuse(files);
}

TokenizerOutline outline_of(const Tokenizer& tokenizer) {
  const auto marker = [&](std::optional<TokenId> id) -> std::optional<TokenizerOutline::Marker> {
    if (!id) return std::nullopt;
    return TokenizerOutline::Marker{*id, tokenizer.token_text(*id)};
  };
  return {tokenizer.description(), tokenizer.vocab_size(), marker(tokenizer.bos_id()), marker(tokenizer.eos_id()),
          tokenizer.adds_bos()};
}

/// Nothing where all must be read, be it to say what is wrong.
std::optional<TokenizerOutline> quick_outline(const fs::path& path) {
  try {
    const TokenizerFiles files = open_files(path, Extent::outline);
    const TokenizerSource& source = source_of(files);
    if (source.outline) return source.outline(files);
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

bool has_tokenizer(const fs::path& path) { return is_at(place_of(path)); }

std::string hash_tokenizer(const fs::path& path) {
  const fs::path place = place_of(path);
  Sha256 hash;
  if (!is_folder(place)) {
    hash_gguf(GgufFile(place), hash);
    return hash.finish();
  }
  for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"})
    if (is_there(place / name)) hash_file(place / name, hash);
  return hash.finish();
}

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  const TokenizerFiles files = open_files(path, Extent::whole);
  return source_of(files).make(files);
}

TokenizerOutline outline_tokenizer(const fs::path& path) {
  if (auto outline = quick_outline(path)) return *outline;
  return outline_of(*load_tokenizer(path));
}

}  // namespace partwise
