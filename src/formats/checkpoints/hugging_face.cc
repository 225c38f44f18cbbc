// A Hugging Face folder: config.json, and weights in model.safetensors or in the shards of an index.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/foreign.h"
#include "formats/quantised.h"
#include "formats/safetensors.h"

namespace partwise::internal {

namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

[[noreturn]] void fail(const fs::path& path, const std::string& message, const std::string& hint) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: {}", path.string(), message), hint);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

fs::path folder_of(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return path;
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

[[noreturn]] void fail_without_weights(const fs::path& folder, const Json& config) {
  if (const auto scheme = quantisation_of(config, folder)) scheme->refuse(folder, "");
  if (const auto other = recognise_folder(folder)) other->refuse(folder);
  throw Error(ErrorCode::missing_input,
              fmt::format("{}: no weights: neither {} nor {} is there", folder.string(), kWeights, kIndex),
              "download the model's weights into this folder");
}

/// "model-00001-of-00003.safetensors"
bool is_shard(const fs::path& name) { return fnmatch("model-*-of-*.safetensors", name.c_str(), 0) == 0; }

/// All shards, found by their names instead of an index; empty if one is missing.
std::vector<std::string> shards_without_index(const fs::path& folder) {
  std::vector<std::string> shards;
  for (const fs::path& file : files_in(folder))
    if (is_shard(file.filename())) shards.push_back(file.filename().string());
  for (std::size_t i = 0; i < shards.size(); ++i)
    if (shards[i] != fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size())) return {};
  return shards;
}

/// The index's weight_map: from a tensor to its shard.
std::map<std::string, std::string> read_weight_map(const fs::path& index) {
  const Json content = read_json_of_model(index);
  const Json map = content.is_object() ? content.value("weight_map", Json()) : Json();
  if (!map.is_object() || map.empty()) fail(index, "it has no weight_map", "download the index again");
  std::map<std::string, std::string> weight_map;
  for (const auto& [tensor, shard] : map.items()) {
    const std::string name = shard.is_string() ? shard.get<std::string>() : "";
    if (!name.ends_with(".safetensors") || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos) {
      fail(index,
           fmt::format("the weight_map puts '{}' into {}, which is not the name of a safetensors file", tensor,
                       shard.dump()),
           "download the index again");
    }
    weight_map.emplace(tensor, name);
  }
  return weight_map;
}

class HuggingFaceCheckpoint : public Checkpoint {
 public:
  explicit HuggingFaceCheckpoint(const fs::path& path) : path_(path), folder_(folder_of(path)) {
    if (!is_there(folder_ / kConfig)) fail_without_config();
    config_ = read_json_of_model(folder_ / kConfig);
    if (!config_.is_object()) fail(folder_ / kConfig, "it is not a JSON object", "download it again");
    if (is_there(folder_ / kWeights)) {
      add_shard(kWeights);
    } else if (is_there(folder_ / kIndex)) {
      add_shards(read_weight_map(folder_ / kIndex));
    } else {
      for (const std::string& shard : shards_without_index(folder_)) add_shard(shard);
    }
    if (shards_.empty()) fail_without_weights(folder_, config_);
  }

  std::string_view format() const override { return "hugging-face"; }
  const Json& config() const override { return config_; }
  const std::map<std::string, TensorView>& tensors() const override { return tensors_; }
  const fs::path& path() const override { return path_; }

  std::vector<fs::path> files() const override {
    std::vector<fs::path> files = {folder_ / kConfig};
    for (const SafetensorsFile& shard : shards_) files.push_back(shard.path());
    return files;
  }

 private:
  /// The hint names what to use instead, if the folder holds it.
  [[noreturn]] void fail_without_config() const {
    const std::string message = fmt::format("{}: the folder has no {}", folder_.string(), kConfig);
    for (const fs::path& file : files_in(folder_)) {
      if (file.extension() != ".gguf") continue;
      throw Error(ErrorCode::missing_input, message, "for the GGUF file in it, give " + file.string());
    }
    if (const auto other = recognise_folder(folder_)) other->refuse(folder_);
    throw Error(ErrorCode::missing_input, message,
                fmt::format("a model folder holds {}, and {} or {} with its shards", kConfig, kWeights, kIndex));
  }

  void add_shard(const std::string& name) {
    check_finished(folder_ / name);
    const SafetensorsFile& shard = shards_.emplace_back(folder_ / name);
    for (const auto& [tensor, view] : shard.tensors()) {
      if (!tensors_.emplace(tensor, view).second) {
        fail(shard.path(), fmt::format("tensor '{}' is in another shard, too", tensor), "download the shards again");
      }
    }
  }

  void add_shards(const std::map<std::string, std::string>& weight_map) {
    std::set<std::string> names, missing;
    for (const auto& [tensor, shard] : weight_map) {
      std::set<std::string>& found = is_there(folder_ / shard) ? names : missing;
      found.insert(shard);
    }
    if (!missing.empty()) {
      throw Error(
          ErrorCode::missing_input,
          fmt::format("{}: shards that {} names are missing: {}", folder_.string(), kIndex, fmt::join(missing, ", ")),
          "download them into this folder");
    }
    for (const std::string& name : names) add_shard(name);
    for (const SafetensorsFile& shard : shards_) check_shard(shard, weight_map);
  }

  /// Checks that every tensor that the index puts into this shard is there.
  void check_shard(const SafetensorsFile& shard, const std::map<std::string, std::string>& weight_map) const {
    for (const auto& [tensor, name] : weight_map) {
      if (name != shard.path().filename() || shard.tensors().count(tensor)) continue;
      fail(shard.path(), fmt::format("tensor '{}', which {} puts here, is missing", tensor, kIndex),
           "download the index and its shards again");
    }
  }

  fs::path path_, folder_;
  Json config_;
  std::vector<SafetensorsFile> shards_;
  std::map<std::string, TensorView> tensors_;
};

bool probe(const fs::path& path) {
  const fs::path name = path.filename();
  std::error_code ignored;
  return fs::is_directory(path, ignored) || name == kConfig || name == kWeights || name == kIndex || is_shard(name);
}

std::unique_ptr<Checkpoint> open(const fs::path& path) { return std::make_unique<HuggingFaceCheckpoint>(path); }

}  // namespace

void register_hugging_face(std::vector<CheckpointFormat>& formats) { formats.push_back({"hugging-face", probe, open}); }

}  // namespace partwise::internal
