// A Hugging Face folder: config.json, and weights in model.safetensors or in the shards of an index.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "formats/checkpoint.h"
#include "formats/safetensors.h"

namespace partwise {

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

/// The command that writes the weights as safetensors into a new folder beside the old one, with the tokenizer's files.
std::string conversion_command(const fs::path& folder) {
  std::string from = fs::absolute(folder).lexically_normal().string();
  while (from.size() > 1 && from.back() == '/') from.pop_back();
  const std::string to = from + "-safetensors";
  std::string command = fmt::format(
      "python3 -c 'import sys; from transformers import AutoModelForCausalLM; "
      "AutoModelForCausalLM.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2], safe_serialization=True)' {} {}",
      shell_word(from), shell_word(to));
  if (is_there(folder / "tokenizer_config.json") || is_there(folder / "tokenizer.json")) {
    command += fmt::format(" && cp -n {}/*token* {}", shell_word(from), shell_word(to));
  }
  return command;
}

bool holds_only_pytorch_weights(const fs::path& folder) {
  const std::vector<fs::path> files = files_in(folder);
  return std::any_of(files.begin(), files.end(), [](const fs::path& file) {
    return file.filename().string().starts_with("pytorch_model") && file.extension() == ".bin";
  });
}

[[noreturn]] void fail_without_weights(const fs::path& folder) {
  if (holds_only_pytorch_weights(folder)) {
    fail(folder, "the weights are in PyTorch's pickle format (pytorch_model.bin), which is not read",
         "convert them to safetensors: " + conversion_command(folder));
  }
  throw Error(ErrorCode::missing_input,
              fmt::format("{}: no weights: neither {} nor {} is there", folder.string(), kWeights, kIndex),
              "download the model's weights into this folder");
}

/// weight_map of the index: tensor to shard.
std::map<std::string, std::string> read_weight_map(const fs::path& index) {
  const Json content = read_json_file(index);
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
    if (!is_there(folder_ / kConfig)) {
      throw Error(ErrorCode::missing_input, fmt::format("{}: the folder has no {}", folder_.string(), kConfig), hint());
    }
    config_ = read_json_file(folder_ / kConfig);
    if (!config_.is_object()) fail(folder_ / kConfig, "it is not a JSON object", "download it again");
    if (is_there(folder_ / kWeights)) {
      add_shard(kWeights);
    } else if (is_there(folder_ / kIndex)) {
      add_shards(read_weight_map(folder_ / kIndex));
    } else {
      fail_without_weights(folder_);
    }
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
  /// What to point at instead, where the folder holds it.
  std::string hint() const {
    for (const fs::path& file : files_in(folder_)) {
      if (file.extension() == ".gguf") return "for the GGUF file in it, give " + file.string();
    }
    return fmt::format("a model folder holds {}, and {} or {} with its shards", kConfig, kWeights, kIndex);
  }

  void add_shard(const std::string& name) {
    const SafetensorsFile& shard = shards_.emplace_back(folder_ / name);
    for (const auto& [tensor, view] : shard.tensors()) {
      if (!tensors_.emplace(tensor, view).second) {
        fail(shard.path(), fmt::format("tensor '{}' is in another shard, too", tensor), "download the shards again");
      }
    }
  }

  void add_shards(const std::map<std::string, std::string>& weight_map) {
    std::set<std::string> names, missing;
    for (const auto& [tensor, shard] : weight_map) (is_there(folder_ / shard) ? names : missing).insert(shard);
    if (!missing.empty()) {
      throw Error(
          ErrorCode::missing_input,
          fmt::format("{}: shards that {} names are missing: {}", folder_.string(), kIndex, fmt::join(missing, ", ")),
          "download them into this folder");
    }
    for (const std::string& name : names) add_shard(name);
    for (const SafetensorsFile& shard : shards_) check_shard(shard, weight_map);
  }

  /// Every tensor that the index puts into this shard is there.
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
  return fs::is_directory(path, ignored) || name == kConfig || name == kWeights || name == kIndex;
}

std::unique_ptr<Checkpoint> open(const fs::path& path) { return std::make_unique<HuggingFaceCheckpoint>(path); }

const RegisterCheckpointFormat registration({"hugging-face", probe, open});

}  // namespace

}  // namespace partwise
