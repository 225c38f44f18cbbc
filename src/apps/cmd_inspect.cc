#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>

#include "apps/command.h"
#include "apps/options.h"
#include "base/error.h"
#include "base/text.h"
#include "formats/checkpoint.h"

namespace partwise {

namespace {

struct TypeUse {
  std::int64_t tensors = 0;
  std::uint64_t bytes = 0;
};

std::map<std::string, TypeUse> types_of(const Checkpoint& checkpoint) {
  std::map<std::string, TypeUse> types;
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    TypeUse& use = types[std::string(dtype_info(tensor.dtype).name)];
    ++use.tensors;
    use.bytes += tensor.bytes.size();
  }
  return types;
}

/// What can be said of a model, and the first reason why it cannot be used.
struct Findings {
  std::unique_ptr<Checkpoint> checkpoint;
  std::optional<Model> model;
  std::unique_ptr<Tokenizer> tokenizer;
  std::optional<Error> refusal;

  void attempt(const std::function<void()>& step) {
    try {
      step();
    } catch (const Error& error) {
      if (!refusal) refusal = error;
    }
  }
};

Findings examine(const ModelSource& source) {
  Findings found;
  found.attempt([&] { found.checkpoint = open_checkpoint(source.path); });
  if (found.checkpoint) found.attempt([&] { found.model = source.load(); });
  found.attempt([&] { found.tokenizer = source.tokenizer(); });
  return found;
}

OrderedJson files_json(const Checkpoint& checkpoint) {
  OrderedJson files = OrderedJson::array(), types = OrderedJson::object();
  for (const auto& file : checkpoint.files()) {
    files.push_back({{"path", file.string()}, {"bytes", std::filesystem::file_size(file)}});
  }
  for (const auto& [type, use] : types_of(checkpoint)) types[type] = {{"tensors", use.tensors}, {"bytes", use.bytes}};
  return {{"format", checkpoint.format()},
          {"files", files},
          {"n_tensors", checkpoint.tensors().size()},
          {"tensor_types", types},
          {"fingerprint", fingerprint(checkpoint)}};
}

OrderedJson model_json(const Model& model) {
  const ModelConfig& c = model.config();
  return {{"architecture", c.arch},
          {"n_parameters", model.n_parameters()},
          {"n_components", c.n_layers * (c.n_heads + 1)},
          {"n_layers", c.n_layers},
          {"n_heads", c.n_heads},
          {"n_kv_heads", c.n_kv_heads},
          {"d_model", c.d_model},
          {"d_head", c.d_head},
          {"d_mlp", c.d_mlp},
          {"d_vocab", c.d_vocab},
          {"n_ctx", c.n_ctx},
          {"norm_eps", c.norm_eps},
          {"rope", {{"type", c.rope.type}, {"theta", c.rope.theta}, {"factor", c.rope.factor}}},
          {"tied_embeddings", c.tied_embeddings},
          {"qkv_bias", c.qkv_bias},
          {"o_bias", c.o_bias},
          {"mlp_bias", c.mlp_bias}};
}

OrderedJson tokenizer_json(const Tokenizer& tokenizer) {
  OrderedJson json = {{"description", tokenizer.description()},
                      {"vocab_size", tokenizer.vocab_size()},
                      {"bos_id", nullptr},
                      {"eos_id", nullptr},
                      {"adds_bos", tokenizer.adds_bos()}};
  if (tokenizer.bos_id()) json["bos_id"] = *tokenizer.bos_id();
  if (tokenizer.eos_id()) json["eos_id"] = *tokenizer.eos_id();
  return json;
}

OrderedJson findings_json(const std::filesystem::path& path, const Findings& found) {
  OrderedJson json = {{"path", path.string()}, {"usable", !found.refusal}};
  if (found.refusal) json["refused"] = found.refusal->what();
  json["checkpoint"] = found.checkpoint ? files_json(*found.checkpoint) : OrderedJson();
  json["model"] = found.model ? model_json(*found.model) : OrderedJson();
  json["tokenizer"] = found.tokenizer ? tokenizer_json(*found.tokenizer) : OrderedJson();
  return json;
}

void print_line(Console& console, std::string_view name, const std::string& value) {
  console.print(fmt::format("{:14}{}\n", name, value));
}

void print_files(Console& console, const Checkpoint& checkpoint) {
  print_line(console, "format", std::string(checkpoint.format()));
  for (const auto& file : checkpoint.files()) {
    print_line(console, "file", fmt::format("{}, {}", file.string(), format_bytes(std::filesystem::file_size(file))));
  }
  for (const auto& [type, use] : types_of(checkpoint)) {
    print_line(console, "tensors", fmt::format("{} {}, {}", use.tensors, type, format_bytes(use.bytes)));
  }
}

void print_model(Console& console, const Model& model) {
  const ModelConfig& c = model.config();
  print_line(console, "architecture", c.arch);
  print_line(console, "parameters", format_count(model.n_parameters()));
  print_line(console, "layers", fmt::format("{} of width {} (MLP {})", c.n_layers, c.d_model, c.d_mlp));
  print_line(console, "heads",
             fmt::format("{} of width {} a layer, {} for keys and values", c.n_heads, c.d_head, c.n_kv_heads));
  print_line(console, "components",
             fmt::format("{}: {} heads and {} MLPs", format_count(c.n_layers * (c.n_heads + 1)),
                         format_count(c.n_layers * c.n_heads), c.n_layers));
  print_line(console, "vocabulary", format_count(c.d_vocab) + (c.tied_embeddings ? ", embeddings tied" : ""));
  print_line(console, "context", format_count(c.n_ctx) + " tokens");
  print_line(console, "rope", fmt::format("{}, theta {}", c.rope.type, c.rope.theta));
}

void print_tokenizer(Console& console, const Tokenizer& tokenizer) {
  print_line(console, "tokenizer",
             fmt::format("{}, {} entries, BOS {}", tokenizer.description(), format_count(tokenizer.vocab_size()),
                         tokenizer.adds_bos() ? "put in front" : "not put in front"));
}

class Inspect : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("model", source_.path, "model: a Hugging Face folder or a GGUF file")
        ->type_name("MODEL")
        ->required();
    source_.add_allow_unknown(app);
    add_json_option(app, json_);
  }

  void run(Console& console) override {
    const Findings found = examine(source_);
    json_ ? console.print_json(findings_json(source_.path, found)) : print_text(console, found);
    if (found.refusal) throw *found.refusal;
  }

 private:
  void print_text(Console& console, const Findings& found) const {
    if (found.checkpoint) print_files(console, *found.checkpoint);
    if (found.model) print_model(console, *found.model);
    if (found.tokenizer) print_tokenizer(console, *found.tokenizer);
    if (!found.tokenizer && !found.refusal) print_line(console, "tokenizer", "none: prompts must come as ids");
    if (found.refusal) print_line(console, "refused", found.refusal->what());
  }

  ModelSource source_;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 20,
    .name = "inspect",
    .summary = "what a model file holds, and what would be refused and why",
    .usage = "MODEL [--json]",
    .description =
        "Opens a model as the other commands would and prints its format, files, architecture, sizes, number "
        "of components and tokenizer. A model that cannot be used is told why, and the exit code is then 65 "
        "(66 where something is missing).",
    .example = "partwise inspect SmolLM2-135M-Instruct.Q4_1.gguf",
    .make = make_command<Inspect>,
});

}  // namespace

}  // namespace partwise
