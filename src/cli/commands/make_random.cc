#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "model/random_checkpoint.h"

namespace partwise::internal {

namespace {

namespace fs = std::filesystem;

std::vector<std::pair<std::string, std::string>> shape_choices() {
  std::vector<std::pair<std::string, std::string>> choices;
  for (const KnownShape& shape : known_shapes()) choices.emplace_back(shape.name, shape.config);
  return choices;
}

/// Creates the folder if it is missing. Errors: usage if it is not empty; failure if the disk lacks `needed` bytes.
void prepare_folder(const fs::path& folder, std::int64_t needed) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    throw Error(ErrorCode::usage, fmt::format("{} is there already and is not empty", folder.string()),
                "name a new folder with -o");
  make_folder(folder);
  const fs::space_info space = fs::space(folder, error);
  if (!error && space.available < static_cast<std::uintmax_t>(needed))
    throw Error(ErrorCode::failure,
                fmt::format("the model takes {} and {} has {} free", format_bytes(needed), folder.string(),
                            format_bytes(static_cast<std::int64_t>(space.available))),
                "free some space, or name a folder on another disk with -o");
}

class MakeRandom : public Command {
 public:
  void add_options(OptionList& options) override {
    add_choice(options, "--like", config_, shape_choices(), "the model whose shape it takes: " + shape_names())
        .required();
    add_choice<DType>(options, "--dtype", dtype_, {{"bf16", DType::bf16}, {"f16", DType::f16}, {"f32", DType::f32}},
                      "type of the weights: bf16 (default), f16, f32");
    options.option("--seed", seed_, "the same seed gives the same weights on every machine (default 0)")
        .type_name("N")
        .seed();
    add_output_option(options, folder_, "DIR", "folder to write; a new one, or an empty one");
  }

  void run(Console& console) override {
    check_output_given(folder_, "DIR");
    const Json config = parse_config();
    const std::int64_t bytes = random_checkpoint_bytes(config, dtype_);
    prepare_folder(folder_, bytes);
    Interruptible interruptible;
    ProgressBar bar(console);
    try {
      write_random_checkpoint(folder_, config, dtype_, seed_, bar.listener().progress);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}: {} holds a part of the model", error.what(), folder_),
                  "remove the folder before another try");
    }
    console.note(fmt::format("wrote {} ({}, never trained)", folder_, format_bytes(bytes)));
  }

 private:
  static std::string shape_names() {
    std::string names;
    for (const KnownShape& shape : known_shapes()) names += (names.empty() ? "" : ", ") + std::string(shape.name);
    return names;
  }

  Json parse_config() const {
    Json config = Json::parse(config_);
    config["torch_dtype"] = dtype_ == DType::bf16 ? "bfloat16" : dtype_ == DType::f16 ? "float16" : "float32";
    return config;
  }

  std::string config_;
  DType dtype_ = DType::bf16;
  std::uint64_t seed_ = 0;
  std::string folder_;
};

constexpr CommandInfo kInfo = {
    .place = 90,
    .name = "make-random",
    .summary = "writes a model of a published shape with random weights, for trying sizes and speeds",
    .usage = "--like SHAPE -o DIR [options]",
    .description =
        "Writes a Hugging Face folder with the shape of a published model and weights as they are before training: "
        "what is needed to see whether a model of that size runs here, and how fast. It has no tokenizer: prompts come "
        "as ids, or the tokenizer's files are put beside. A 7B model in bf16 takes 13.5 GB.",
    .example = "partwise make-random --like llama-2-7b -o llama-2-7b-random",
    .make = make_command<MakeRandom>,
};

}  // namespace

void register_make_random(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
