#include "cli/options.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr double kLeastMemory = 1e6, kMostBytes = 1e15;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path cache_folder() {
  const std::string cache = variable("XDG_CACHE_HOME");
  return cache.empty() ? fs::path(variable("HOME")) / ".cache" : fs::path(cache);
}

/// The bytes of a unit in any case: "" and "b" (1), "k" and "kb" (1000), "ki" and "kib" (1024), ... up to t. 0 if
/// `unit` is not a unit.
double unit_bytes(std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (unit.ends_with('b')) unit.pop_back();
  if (unit.empty()) return 1;
  const std::size_t power = std::string_view("kmgt").find(unit[0]) + 1;
  const bool of_1024 = unit.size() == 2 && unit[1] == 'i';
  return power == 0 || (unit.size() > 1 && !of_1024) ? 0 : std::pow(of_1024 ? 1024 : 1000, power);
}

}  // namespace

std::int64_t parse_size(const std::string& option, const std::string& text, double least) {
  double bytes = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  bytes *= unit_bytes(unit);
  if (error == std::errc() && bytes >= least && bytes <= kMostBytes) return static_cast<std::int64_t>(bytes);
  throw Error(ErrorCode::usage, fmt::format("{} cannot be '{}'", option, text),
              fmt::format("a size like 512M or 2G, at least {}", format_bytes(static_cast<std::uint64_t>(least))));
}

void add_json_option(OptionList& options, bool& json) { options.flag("--json", json, "print JSON"); }

void refuse_choice(const std::string& option, const std::string& word, const std::vector<std::string>& choices) {
  throw Error(ErrorCode::usage, fmt::format("{} cannot be '{}'", option, word), suggestion_hint(word, choices));
}

void add_compute_options(OptionList& options, ComputeOptions& compute) {
  add_choice<Precision>(
      options, "--precision", compute.precision,
      {{std::string(name(Precision::f32)), Precision::f32}, {std::string(name(Precision::bf16)), Precision::bf16}},
      "f32 (default), or bf16: products of numbers rounded to bfloat16, faster on processors that have it. Sums are "
      "float32, and the parts sum to the logits in both");
  add_machine_options(options, compute);
}

void add_machine_options(OptionList& options, ComputeOptions& compute) {
  options.option("--threads", compute.threads, "threads; 0 takes all cores that the process may use (default)")
      .type_name("N")
      .range(0, 4096);
  options
      .parsed(
          "--memory",
          [&compute](const std::string& text) { compute.memory_bytes = parse_size("--memory", text, kLeastMemory); },
          "what the process may hold in all, like 512M or 2G (default: what it needs anyway, and 400M for the rows of "
          "the prompts); less means more, smaller groups of prompts and the same results. Pages of the model's files "
          "are not counted: the system takes them back when it needs them")
      .type_name("SIZE");
}

void add_store_options(OptionList& options, ComputeOptions& compute, bool& is_chosen) {
  const auto store = [&](const std::vector<std::string>& words) {
    is_chosen = true;
    for (const std::string& word : words) {
      if (word != "hidden" && word != "z" && word != "none") refuse_choice("--store", word, {"hidden", "z", "none"});
      if (word == "none" && words.size() > 1)
        throw Error(ErrorCode::usage, "--store none goes with no other word", "leave out none, or the others");
      if (word == "z") compute.stored.z = true;
      if (word == "hidden") compute.stored.hidden = true;
    }
  };
  options
      .parsed_list(
          "--store", store,
          "store more of the last position in the run file: hidden (the final norm's output, that the unembedding "
          "multiplies), z (every head's, before the output projection), hidden,z, or none. If it is not given, "
          "runs with labelled rows to fit on hold what the default reader reads")
      .type_name("WORDS")
      .comma_list();
  add_choice<DType>(options, "--store-as", compute.stored.type,
                    {{dtype_word(DType::f32), DType::f32}, {dtype_word(DType::bf16), DType::bf16}},
                    "type of what is stored so: f32 (default), or bf16, which is rounded and half the size");
  options.flag(
      "--by-source", compute.by_source,
      "split every head's part by where it attends to: each demonstration, its label word, the instruction, the "
      "input");
  options.flag("--by-token", compute.by_token,
               "split every head's part over single tokens; large, so for few or short prompts");
  options.flag("--experts", compute.experts,
               "of a mixture of experts: split every MLP's part over the experts that the router chose");
}

void add_score_option(OptionList& options, ComputeOptions& compute) {
  std::vector<std::pair<std::string, LabelScore>> words;
  for (LabelScore score : label_scores()) words.emplace_back(score_word(score), score);
  add_choice<LabelScore>(
      options, "--score", compute.score, words,
      "what a label's score is: tree (default), chosen among the labels, token by token; first, by its first token; "
      "sum, the logarithm of its probability under the model; mean or bytes, that divided by its tokens or bytes; pmi, "
      "that less the same without a prompt. All but tree and first read the whole vocabulary, in two passes");
}

Option add_ablate_with_option(OptionList& options, ComputeOptions& compute) {
  return add_choice<bool>(
      options, "--ablate-with", compute.ablate_with_mean, {{"zero", false}, {"mean", true}},
      "what stands in a part's place: zero (default), or its mean over all positions of the prompts (in the "
      "last layer over last positions), which a first pass finds");
}

Option add_model_options(OptionList& options, ModelChoice& model) {
  Option option =
      options.option("--model", model.model, fmt::format("model: {}", kModelForms)).type_name("MODEL").required();
  add_allow_unknown_option(options, model);
  return option;
}

void add_tokenizer_option(OptionList& options, std::string& model) {
  options.option("--model", model, fmt::format("a model, or a tokenizer alone: {}", kModelForms))
      .type_name("MODEL")
      .required();
}

void add_allow_unknown_option(OptionList& options, ModelChoice& model) {
  options
      .option("--allow-unknown", model.allow_unknown,
              "let this configuration key or tensor pass although it is not known; the result records it (may be "
              "given several times)")
      .type_name("NAME")
      .one_value();
}

void add_random_init_option(OptionList& options, ModelChoice& model) {
  options
      .option("--random-init", model.random_init,
              "replace the model's weights by those of a new, untrained model: the control that shows which "
              "part of a result is learned. The same seed gives the same weights on every machine")
      .type_name("SEED")
      .seed();
}

Option add_output_option(OptionList& options, std::string& output, const std::string& form,
                         const std::string& description) {
  const auto take = [&output, form](const std::string& word) {
    check_output_given(word, form);
    output = word;
  };
  return options.parsed("-o,--output", take, description).type_name(form);
}

void check_output_given(const std::string& output, const std::string& form) {
  if (output.empty()) throw Error(ErrorCode::usage, fmt::format("-o {} is needed", form));
}

Option add_series_option(OptionList& options, std::string& form) {
  return options
      .option("--checkpoint-series", form,
              "checkpoints of one training run instead of one model: org/name@step*, org/name@step0..step1000, "
              "org/name@step0,step512, or folders: DIR/step*")
      .type_name("FORM");
}

void check_one_source(const std::string& model, const std::string& series, const std::string& model_option) {
  if (model.empty() != series.empty()) return;
  throw Error(ErrorCode::usage, fmt::format("give one of {} and --checkpoint-series FORM", model_option),
              model.empty() ? fmt::format("MODEL is {}", kModelForms)
                            : "a series says itself which model: ORG/NAME@step*, or DIR/step*");
}

fs::path demo_model_path() {
  const std::string given = variable("PARTWISE_DEMO_MODEL");
  return given.empty() ? cache_folder() / "partwise" / "SmolLM2-135M-Instruct.Q4_1.gguf" : fs::path(given);
}

std::string model_or_demo(const std::string& given) {
  if (!given.empty()) return given;
  const fs::path path = demo_model_path();
  if (is_there(path)) return path.string();
  throw Error(ErrorCode::missing_input, fmt::format("the demo's model is not at {}", path.string()),
              "`make demo` fetches it; or name one with --model MODEL");
}

}  // namespace partwise::internal
