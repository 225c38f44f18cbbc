// Options that several commands share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/option_list.h"
#include "session/compute_options.h"
#include "session/label_scores.h"
#include "session/model_choice.h"

namespace partwise::internal {

/// Parses "512M", "1.5G", "2GiB". Errors: usage, also for less than `least` bytes.
std::int64_t parse_size(const std::string& option, const std::string& text, double least);

void add_json_option(OptionList& options, bool& json);

/// Errors: always usage, with a suggestion from `choices`.
[[noreturn]] void refuse_choice(const std::string& option, const std::string& word,
                                const std::vector<std::string>& choices);

/// Adds an option that takes one word of `choices` and writes its value to `target`. Parsing throws usage, with a
/// suggestion, for any other word.
template <class T>
Option add_choice(OptionList& options, const std::string& name, T& target,
                  std::vector<std::pair<std::string, T>> choices, const std::string& description) {
  auto choose = [&target, choices, name](const std::string& word) {
    std::vector<std::string> words;
    for (const auto& [choice, value] : choices) {
      if (choice == word) target = value;
      words.push_back(choice);
    }
    if (std::find(words.begin(), words.end(), word) == words.end()) refuse_choice(name, word, words);
  };
  return options.parsed(name, choose, description).type_name("WORD");
}

/// --threads and --memory.
void add_machine_options(OptionList& options, ComputeOptions& compute);
/// The same, and --precision.
void add_compute_options(OptionList& options, ComputeOptions& compute);
/// --store, --store-as, --by-source and --by-token, for commands that write run files. `is_chosen` becomes true if
/// --store is given.
void add_store_options(OptionList& options, ComputeOptions& compute, bool& is_chosen);
/// --score.
void add_score_option(OptionList& options, ComputeOptions& compute);
/// --ablate-with, for commands that leave parts out.
Option add_ablate_with_option(OptionList& options, ComputeOptions& compute);

constexpr const char* kModelForms = "a Hugging Face folder, a GGUF file, or org/name[@revision] in the hub cache";

/// --model (required) and --allow-unknown. Returns --model.
Option add_model_options(OptionList& options, ModelChoice& model);
/// --model (required), for commands that need only a tokenizer.
void add_tokenizer_option(OptionList& options, std::string& model);
void add_allow_unknown_option(OptionList& options, ModelChoice& model);
void add_random_init_option(OptionList& options, ModelChoice& model);

/// -o,--output. `form` stands for its value in --help and in errors: "READER.json". Parsing throws usage for "".
Option add_output_option(OptionList& options, std::string& output, const std::string& form,
                         const std::string& description);
/// Errors: usage if the option was not given.
void check_output_given(const std::string& output, const std::string& form);

/// --checkpoint-series, for commands that take a series instead of a model.
Option add_series_option(OptionList& options, std::string& form);
/// Errors: usage if both `model` and `series` are given, or neither.
void check_one_source(const std::string& model, const std::string& series, const std::string& model_option);

/// $PARTWISE_DEMO_MODEL if it is set, otherwise the path in the cache folder to which `make demo` downloads the model.
std::filesystem::path demo_model_path();
/// `given`, or demo_model_path() if `given` is empty. Errors: missing_input, with a hint, if the demo's model is
/// missing.
std::string model_or_demo(const std::string& given);

}  // namespace partwise::internal
