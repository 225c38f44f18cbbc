#include <fmt/format.h>

#include <fstream>

#include "base/error.h"
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

bool is_there(const fs::path& path) {
  std::error_code not_to_be_seen;
  return fs::exists(path, not_to_be_seen);
}

bool is_folder(const fs::path& path) {
  std::error_code not_to_be_seen;
  return fs::is_directory(path, not_to_be_seen);
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

TokenizerFiles open_folder(const fs::path& path) {
  TokenizerFiles files{path};
  if (is_there(path / "tokenizer_config.json")) files.tokenizer_config = read_json_file(path / "tokenizer_config.json");
  if (!is_there(path / "tokenizer.json")) {
    files.model = "tokenizer.model";
    return files;
  }
  files.tokenizer_json = read_json_file(path / "tokenizer.json");
  files.model = model_in_json(files.tokenizer_json);
  return files;
}

[[noreturn]] void refuse(const TokenizerFiles& files) {
  std::string supported;
  for (const TokenizerSource& source : tokenizer_sources())
    supported += fmt::format("{}{}", supported.empty() ? "" : ", ", source.name);
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: tokenizer model '{}' is not supported", files.path.string(), files.model),
              "supported: " + supported);
}

}  // namespace

bool has_tokenizer(const fs::path& path) {
  if (is_folder(path)) return is_there(path / "tokenizer.json") || is_there(path / "tokenizer.model");
  return begins_with_gguf_magic(path) && GgufFile(path).has(kGgufModelKey);
}

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  if (!has_tokenizer(path)) {
    throw Error(ErrorCode::missing_input, fmt::format("{}: there is no tokenizer here", path.string()),
                "give a folder with tokenizer.json or tokenizer.model, or a GGUF file with tokenizer metadata");
  }
  const TokenizerFiles files = is_folder(path) ? open_folder(path) : open_gguf(path);
  for (const TokenizerSource& source : tokenizer_sources()) {
    if (source.reads(files)) return source.make(files);
  }
  refuse(files);
}

}  // namespace partwise
