#include "tokenizer/folder_files.h"

#include <fmt/format.h>

#include <sstream>

#include "base/error.h"
#include "base/json.h"
#include "formats/foreign.h"
#include "tokenizer/bpe_tokenizer.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// If something else lies in the place of a file, the error says what it is instead of blaming its content.
Json read_json(const fs::path& file) {
  check_not_stand_in(file);
  return read_json_file(file);
}

Json read_if_there(const fs::path& file) { return is_there(file) ? read_json(file) : Json(); }

/// Whether tokenizer_config.json has a list of added tokens. If so, the older files special_tokens_map.json and
/// added_tokens.json are ignored, as in transformers.
bool lists_added_tokens(const Json& tokenizer_config) {
  return tokenizer_config.is_object() && tokenizer_config.contains("added_tokens_decoder") &&
         !tokenizer_config["added_tokens_decoder"].is_null();
}

/// config.json belongs to the model: its errors are reported elsewhere, not here.
Json read_model_config(const fs::path& folder) {
  try {
    return read_if_there(folder / "config.json");
  } catch (const Error&) {
    return {};
  }
}

std::string text_or_nothing(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string model_in_json(const Json& tokenizer_json) {
  if (!tokenizer_json.is_object() || !tokenizer_json.contains("model")) return "";
  const Json& model = tokenizer_json["model"];
  if (!model.is_object()) return "";
  const bool byte_fallback = model.value("byte_fallback", Json()) == true;
  return text_or_nothing(model.value("type", Json())) + (byte_fallback ? " with byte_fallback" : "");
}

/// Whether the JSON has null for both tables, which were read separately.
bool has_places_for_tables(const Json& json) {
  if (!json.is_object() || !json.contains("model") || !json["model"].is_object()) return false;
  const Json& model = json["model"];
  return model.contains("vocab") && model["vocab"].is_null() && model.contains("merges") && model["merges"].is_null();
}

bool read_views(const fs::path& file, TokenizerFiles& files) {
  files.mapped.emplace(file);
  const auto bytes = files.mapped->bytes();
  files.tables = read_json_tables({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!files.tables) return false;
  files.tokenizer_json = parse_json(files.tables->rest, file.string());
  return has_places_for_tables(files.tokenizer_json);
}

/// The command that writes a tokenizer.json.
std::string way_to_tokenizer_json(const fs::path& folder) {
  return fmt::format(
      "this writes tokenizer.json: python3 -c \"from transformers import AutoTokenizer as T; "
      "T.from_pretrained('{0}').save_pretrained('{0}')\"",
      folder.string());
}

/// Lines "LEFT RIGHT", after a line "#version: 0.2".
Json read_merges_file(const fs::path& file) {
  check_not_stand_in(file);
  Json merges = Json::array();
  std::istringstream lines(read_text_file(file));
  std::int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || (number == 1 && line.starts_with("#version"))) continue;
    if (!parse_merge(line)) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("{} line {}: this is not two tokens with a space between", file.string(), number));
    }
    merges.push_back(std::move(line));
  }
  return merges;
}

/// The tokenizer.json that vocab.json and merges.txt stand for. The tokenizer's class says how text is split.
Json tokenizer_json_of_tables(const fs::path& folder, const TokenizerClass& by) {
  if (by.expression.empty()) {
    const std::string who =
        by.name.empty() ? "there is no tokenizer_class that would" : fmt::format("of '{}' it is not known", by.name);
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: vocab.json and merges.txt do not say how text is split, and {}", folder.string(), who),
                way_to_tokenizer_json(folder));
  }
  const Json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  const Json split = {{"type", "Split"}, {"pattern", {{"Regex", by.expression}}}, {"behavior", "Isolated"}};
  return {{"normalizer", by.nfc ? Json{{"type", "NFC"}} : Json()},
          {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", Json::array({split, byte_level})}}},
          {"decoder", {{"type", "ByteLevel"}}},
          {"model",
           {{"type", "BPE"},
            {"vocab", read_json(folder / "vocab.json")},
            {"merges", read_merges_file(folder / "merges.txt")}}}};
}

bool read_tokenizer_json(TablesAs form, TokenizerFiles& files) {
  files.tokenizer_file = files.path / "tokenizer.json";
  if (form == TablesAs::views && !read_views(files.tokenizer_file, files)) return false;
  if (form == TablesAs::json) files.tokenizer_json = read_json(files.tokenizer_file);
  files.model = model_in_json(files.tokenizer_json);
  return true;
}

}  // namespace

bool folder_has_tokenizer(const fs::path& folder) {
  const bool has_tables = is_there(folder / "vocab.json") && is_there(folder / "merges.txt");
  return is_there(folder / "tokenizer.json") || is_there(folder / "tokenizer.model") || has_tables;
}

std::vector<std::string> tokenizer_files(const fs::path& folder) {
  std::vector<std::string> names = {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"};
  const bool is_alone = !is_there(folder / "tokenizer.json") && !is_there(folder / "tokenizer.model");
  if (is_alone) names.insert(names.end(), {"vocab.json", "merges.txt"});
  if (!lists_added_tokens(read_if_there(folder / "tokenizer_config.json")))
    names.insert(names.end(), {"special_tokens_map.json", "added_tokens.json"});
  std::erase_if(names, [&](const std::string& name) { return !is_there(folder / name); });
  return names;
}

TokenizerFiles open_tokenizer_config(const fs::path& folder) {
  TokenizerFiles files;
  files.path = folder;
  files.tokenizer_config = read_if_there(folder / "tokenizer_config.json");
  if (!lists_added_tokens(files.tokenizer_config)) {
    files.special_tokens_map = read_if_there(folder / "special_tokens_map.json");
    files.added_tokens = read_if_there(folder / "added_tokens.json");
  }
  files.tokenizer_class = find_tokenizer_class(files.tokenizer_config, read_model_config(folder));
  return files;
}

std::optional<TokenizerFiles> open_tokenizer_folder(const fs::path& folder, TablesAs form) {
  TokenizerFiles files = open_tokenizer_config(folder);
  if (is_there(folder / "tokenizer.json")) {
    if (!read_tokenizer_json(form, files)) return std::nullopt;
  } else if (is_there(folder / "tokenizer.model")) {
    files.model = "tokenizer.model";
  } else {
    files.is_vocabulary_alone = true;
    files.tokenizer_file = folder / "vocab.json";
    files.tokenizer_json = tokenizer_json_of_tables(folder, files.tokenizer_class);
    files.model = model_in_json(files.tokenizer_json);
  }
  return files;
}

}  // namespace partwise::internal
