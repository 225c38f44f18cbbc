#include "model/text_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "model/config_reader.h"

namespace partwise::internal {

namespace {

struct Wrapper {
  std::string_view type;       // config.json's model_type
  std::string_view text_type;  // that of text_config, if it has none
};
constexpr std::array kWrappers = {Wrapper{"gemma3", "gemma3_text"}, Wrapper{"mistral3", "mistral"},
                                  Wrapper{"llava", "llama"}, Wrapper{"llava_next", "llama"}};

const Wrapper* wrapper_of(const Checkpoint& checkpoint) {
  const Json& config = checkpoint.config();
  if (checkpoint.format() == "gguf" || !config.is_object() || !config.contains("text_config")) return nullptr;
  const auto type = config.find("model_type");
  const auto* wrapper = std::ranges::find_if(kWrappers, [&](const Wrapper& w) {
    return type != config.end() && type->is_string() && type->get_ref<const std::string&>() == w.type;
  });
  return wrapper == kWrappers.end() ? nullptr : wrapper;
}

bool is_of_images(std::string_view key) {
  for (std::string_view begin : {"vision_", "image_", "mm_", "multimodal_", "projector_", "spatial_merge_size"})
    if (key.starts_with(begin)) return true;
  return false;
}

/// Errors: bad_data for keys that are not known.
const Json& read_wrapper(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown) {
  ConfigReader keys(checkpoint.config(), (checkpoint.path() / "config.json").string(), allow_unknown);
  const Json& text = keys.object("text_config");
  keys.neutral({"tie_word_embeddings"});  // read with the tensors
  for (const auto& [key, value] : checkpoint.config().items())
    if (is_of_images(key)) keys.neutral({key});
  keys.refuse_rest();
  return text;
}

class TextModel : public Checkpoint {
 public:
  TextModel(std::unique_ptr<Checkpoint> whole, const Wrapper& wrapper, const std::set<std::string>& allow_unknown)
      : whole_(std::move(whole)), config_(read_wrapper(*whole_, allow_unknown)) {
    if (!config_.contains("model_type")) config_["model_type"] = wrapper.text_type;
    for (const auto& [name, tensor] : whole_->tensors())
      if (std::string own = name_in_text_model(name); !own.empty()) tensors_.emplace(std::move(own), tensor);
    set_tied();
  }

  std::string_view format() const override { return whole_->format(); }
  const Json& config() const override { return config_; }
  const std::map<std::string, TensorView>& tensors() const override { return tensors_; }
  const std::filesystem::path& path() const override { return whole_->path(); }
  std::vector<std::filesystem::path> files() const override { return whole_->files(); }

 private:
  /// There are two such keys, and versions of transformers differ in which one they write and read. Without a head in
  /// the file, the embedding is the head.
  void set_tied() {
    const Json& outer = whole_->config();
    if (!tensors_.contains("lm_head.weight")) {
      config_["tie_word_embeddings"] = true;
    } else if (outer.contains("tie_word_embeddings")) {
      config_["tie_word_embeddings"] = outer["tie_word_embeddings"];
    }
  }

  std::unique_ptr<Checkpoint> whole_;
  Json config_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace

std::string name_in_text_model(std::string_view name) {
  constexpr std::string_view newer = "model.language_model.", older = "language_model.", model = "model.";
  if (name.starts_with(newer)) return fmt::format("{}{}", model, name.substr(newer.size()));
  if (name.starts_with(older)) return std::string(name.substr(older.size()));
  const std::string_view part = name.starts_with(model) ? name.substr(model.size()) : name;
  for (std::string_view begin : {"vision_tower.", "multi_modal_projector.", "image_newline"})
    if (part.starts_with(begin)) return "";
  return std::string(name);
}

std::unique_ptr<Checkpoint> text_model_of(std::unique_ptr<Checkpoint> checkpoint,
                                          const std::set<std::string>& allow_unknown) {
  const Wrapper* wrapper = wrapper_of(*checkpoint);
  if (!wrapper) return checkpoint;
  return std::make_unique<TextModel>(std::move(checkpoint), *wrapper, allow_unknown);
}

}  // namespace partwise::internal
