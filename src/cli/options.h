// Options that several commands share, each described once.
#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/option_list.h"
#include "session/compute_options.h"
#include "session/model_choice.h"

namespace partwise {

void add_json_option(OptionList& options, bool& json);

/// Errors: usage with a suggestion.
[[noreturn]] void refuse_choice(const std::string& option, const std::string& word,
                                const std::vector<std::string>& choices);

/// An option that takes one of a few words. Errors (when parsed): usage with a suggestion.
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

void add_compute_options(OptionList& options, ComputeOptions& compute);
/// --store, --store-as, --by-source and --by-token, of commands that write run files.
void add_store_options(OptionList& options, ComputeOptions& compute);
/// --ablate-with, of commands that leave parts out.
Option add_ablate_with_option(OptionList& options, ComputeOptions& compute);

constexpr const char* kModelForms = "a Hugging Face folder, a GGUF file, or org/name[@revision] in the hub cache";

/// --model, which is required, and --allow-unknown.
Option add_model_options(OptionList& options, ModelChoice& model);
/// --model, of commands that need only a tokenizer.
void add_tokenizer_option(OptionList& options, std::string& model);
void add_allow_unknown_option(OptionList& options, ModelChoice& model);
void add_random_init_option(OptionList& options, ModelChoice& model);

/// --checkpoint-series, of commands that take one instead of a model.
Option add_series_option(OptionList& options, std::string& form);
/// Errors: usage where there are both or none.
void check_one_source(const std::string& model, const std::string& series, const std::string& model_option);

/// $PARTWISE_DEMO_MODEL, or the file that `make demo` keeps in the cache folder.
std::filesystem::path demo_model_path();
/// The same where nothing was given. Errors: missing_input with a hint where it is not there.
std::string model_or_demo(const std::string& given);

}  // namespace partwise
