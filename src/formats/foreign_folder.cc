// Recognises a folder that holds no model we can read, by the names of its files and folders.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "formats/adapter.h"
#include "formats/foreign.h"
#include "formats/hub_name.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// The names of the files and folders in a folder, ordered by the numbers in them.
std::vector<std::string> names_in(const fs::path& folder) {
  std::error_code ignored;
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

std::vector<std::string> matching(const std::vector<std::string>& names, const char* pattern) {
  std::vector<std::string> found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found),
               [&](const std::string& name) { return fnmatch(pattern, name.c_str(), FNM_CASEFOLD) == 0; });
  return found;
}

/// The command that writes the weights as safetensors into a new folder, with the tokenizer's files.
std::string conversion_command(const fs::path& folder) {
  std::string from = fs::absolute(folder).lexically_normal().string();
  while (from.size() > 1 && from.back() == '/') from.pop_back();
  const std::string to = folder_for_result(folder, "-safetensors");
  return fmt::format(
      "python3 -c 'import sys; from transformers import AutoModelForCausalLM; "
      "AutoModelForCausalLM.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2], safe_serialization=True)' {} "
      "{}{}",
      shell_word(from), shell_word(to), copy_tokenizer_command(folder, to));
}

/// Folders below that are models or of another kind that is known here: training runs and tools leave them behind.
std::optional<Foreign> models_below(const fs::path& folder) {
  std::vector<std::string> below = folders_in(folder);
  std::erase_if(below, [&](const std::string& name) {
    const fs::path inner = folder / name;
    return !is_there(inner / "config.json") ||
           (!is_there(inner / "model.safetensors") && !is_there(inner / "model.safetensors.index.json"));
  });
  if (below.empty() || is_there(folder / "model_index.json")) return std::nullopt;
  std::sort(below.begin(), below.end(), natural_less);
  return Foreign{fmt::format("no model itself, but a folder of models: {}", list_shortly(below)),
                 "give one of them: " + (folder / below.back()).string(), ErrorCode::missing_input};
}

std::optional<Foreign> pytorch_weights(const fs::path& folder, const std::vector<std::string>& names) {
  if (!matching(names, "pytorch_model*.bin").empty())
    return Foreign{"the weights are in PyTorch's pickle format (pytorch_model.bin), which is not read",
                   "convert them to safetensors: " + conversion_command(folder)};
  return std::nullopt;
}

struct FolderKind {
  const char *pattern, *what, *advice;
};

/// The first entry that matches counts; more specific ones come first.
constexpr FolderKind kKinds[] = {
    {"model_index.json", "a diffusers pipeline, which makes pictures, not a language model", "give a language model"},
    {"consolidated.*.pth", "weights in Meta's own format (consolidated.00.pth), which is not read",
     "convert them with transformers' convert_llama_weights_to_hf.py, or take the folder ending in -hf"},
    {"consolidated*.safetensors", "weights in Mistral's own format (consolidated.safetensors), which is not read",
     "take the files config.json and model*.safetensors of the same repository"},
    {"zero_to_fp32.py", "a training checkpoint of DeepSpeed, in parts",
     "put it together: python3 zero_to_fp32.py . pytorch_model.bin, then convert that to safetensors"},
    {"global_step*", "a training checkpoint of DeepSpeed, in parts",
     "put it together with DeepSpeed's zero_to_fp32.py, then convert the result to safetensors"},
    {"*.distcp", "a sharded training checkpoint of PyTorch (FSDP)",
     "put it together: accelerate merge-weights FOLDER OUT"},
    {"pytorch_model_fsdp*", "a sharded training checkpoint of PyTorch (FSDP)",
     "put it together: accelerate merge-weights FOLDER OUT"},
    {"openvino_model.*", "an OpenVINO model, which is not read", kTakeAnother},
    {"mlc-chat-config.json", "a model for MLC, which is not read", kTakeAnother},
    {"params_shard_*.bin", "a model for MLC, which is not read", kTakeAnother},
    {"*.mlpackage", "a Core ML model, which is not read", kTakeAnother},
    {"*.engine", "a TensorRT engine, which is not read", kTakeAnother},
    {"onnx", "an ONNX model, which is not read", kTakeAnother},
    {"*.onnx", "an ONNX model, which is not read", kTakeAnother},
    {"tf_model*.h5", "TensorFlow weights (tf_model.h5), which are not read", kTakeAnother},
    {"saved_model.pb", "a TensorFlow model, which is not read", kTakeAnother},
    {"*.h5", "HDF5 weights (Keras), which are not read", kTakeAnother},
    {"*.keras", "a Keras model, which is not read", kTakeAnother},
    {"flax_model*.msgpack", "Flax weights (flax_model.msgpack), which are not read", kTakeAnother},
    {"*.msgpack", "Flax weights, which are not read", kTakeAnother},
    {"*.tflite", "a TensorFlow Lite model, which is not read", kTakeAnother},
    {"*.nemo", "a NeMo model, which is not read", kTakeAnother},
    {"shared_vocabulary.*", "a model for CTranslate2, which is not read", kTakeAnother},
    {"*.ot", "weights for rust-bert, which are not read", kTakeAnother},
    {"*.npz", "weights of an older MLX model, which are not read", kTakeAnother},
};

/// PyTorch weights under other names than those of transformers, and files that trainers leave beside weights.
std::optional<Foreign> other_pickles(const std::vector<std::string>& names) {
  constexpr const char* state[] = {"optimizer*", "scheduler*", "rng_state*", "training_args*", "scaler*"};
  std::vector<std::string> left = names;
  for (const char* pattern : state)
    std::erase_if(left, [&](const std::string& name) { return fnmatch(pattern, name.c_str(), 0) == 0; });
  std::vector<std::string> found;
  for (const char* pattern : {"*.bin", "*.pt", "*.pth", "*.ckpt"})
    for (const std::string& name : matching(left, pattern)) found.push_back(name);
  if (found.empty()) return std::nullopt;
  return Foreign{fmt::format("the weights are in PyTorch's pickle format ({}), which is not read", list_shortly(found)),
                 "load them with the program that wrote them, and save them as model.safetensors"};
}

std::optional<Foreign> unfinished(const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const char* pattern : {"*.part", "*.partial", "*.incomplete", "*.crdownload", "*.aria2"})
    for (const std::string& name : matching(names, pattern)) found.push_back(name);
  for (const std::string& name : names_in(folder / ".cache/huggingface/download"))
    if (name.ends_with(".incomplete")) found.push_back(".cache/huggingface/download/" + name);
  if (found.empty()) return std::nullopt;
  return Foreign{fmt::format("the download is not finished: {}", list_shortly(found)),
                 "start the download again, it goes on where it was", ErrorCode::missing_input};
}

/// For shards "model-00001-of-00003.safetensors": the ones that are missing according to the total in their names.
std::vector<std::string> missing_shards(const std::vector<std::string>& names) {
  constexpr const char* pattern = "model-[0-9][0-9][0-9][0-9][0-9]-of-[0-9][0-9][0-9][0-9][0-9].safetensors";
  const std::vector<std::string> shards = matching(names, pattern);
  if (shards.empty()) return {};
  const int n_shards = std::stoi(shards[0].substr(std::string_view("model-00001-of-").size()));
  std::vector<std::string> missing;
  for (int i = 1; i <= n_shards; ++i) {
    std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", i, n_shards);
    if (std::find(shards.begin(), shards.end(), name) == shards.end()) missing.push_back(std::move(name));
  }
  return missing;
}

/// Safetensors with other names than model.safetensors, or without their index.
std::optional<Foreign> other_safetensors(const fs::path& folder, const std::vector<std::string>& names) {
  const std::vector<std::string> found = matching(names, "*.safetensors");
  if (found.empty() || !is_there(folder / "config.json")) return std::nullopt;
  if (const auto missing = missing_shards(found); !missing.empty())
    return Foreign{"shards of the weights are missing: " + list_shortly(missing), "download them into this folder",
                   ErrorCode::missing_input};
  const bool shards = !matching(found, "*-of-*.safetensors").empty();
  return Foreign{fmt::format("no weights by the names model.safetensors or model.safetensors.index.json; there are {}",
                             list_shortly(found)),
                 shards ? "download the index of these shards, model.safetensors.index.json, into the folder, too"
                        : "if that is the model, name it model.safetensors",
                 ErrorCode::missing_input};
}

std::optional<Foreign> by_kind(const std::vector<std::string>& names) {
  for (const FolderKind& kind : kKinds)
    if (!matching(names, kind.pattern).empty()) return Foreign{kind.what, kind.advice};
  return std::nullopt;
}

/// The folder around the snapshots of the hub cache.
std::optional<Foreign> hub_repository(const fs::path& folder) {
  if (!is_folder(folder / "snapshots") || !(is_folder(folder / "blobs") || is_folder(folder / "refs")))
    return std::nullopt;
  return Foreign{"a repository's folder in the hub cache, not a model",
                 "give the model by its name, ORG/NAME, or a folder in snapshots/", ErrorCode::missing_input};
}

}  // namespace

std::optional<Foreign> recognise_folder(const fs::path& folder) {
  const std::vector<std::string> names = names_in(folder);
  if (auto found = recognise_adapter(folder)) return found;
  if (auto found = hub_repository(folder)) return found;
  if (auto found = unfinished(folder, names)) return found;
  if (!matching(names, "model*.safetensors*").empty()) return other_safetensors(folder, names);
  if (auto found = pytorch_weights(folder, names)) return found;
  if (auto found = by_kind(names)) return found;
  if (auto found = models_below(folder)) return found;
  if (auto found = other_pickles(names)) return found;
  return other_safetensors(folder, names);
}

}  // namespace partwise::internal
