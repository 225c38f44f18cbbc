// Options that several commands share, each described once.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "decompose/decompose.h"
#include "model/model.h"
#include "ops/backend.h"

namespace partwise {

void add_json_option(CLI::App& app, bool& json);

/// Errors: usage with a suggestion.
[[noreturn]] void refuse_choice(const std::string& option, const std::string& word,
                                const std::vector<std::string>& choices);

/// An option that takes one of a few words. Errors (when parsed): usage with a suggestion.
template <class T>
CLI::Option* add_choice(CLI::App& app, const std::string& name, T& target,
                        std::vector<std::pair<std::string, T>> choices, const std::string& description) {
  auto choose = [&target, choices, name](const std::string& word) {
    std::vector<std::string> words;
    for (const auto& [choice, value] : choices) {
      if (choice == word) target = value;
      words.push_back(choice);
    }
    if (std::find(words.begin(), words.end(), word) == words.end()) refuse_choice(name, word, words);
  };
  return app.add_option_function<std::string>(name, choose, description)->type_name("WORD");
}

/// How --store-as and runs spell it: "f32", "bf16".
std::string dtype_word(DType type);

/// Where the work is done, how much of the machine it may take, and what is stored besides contributions.
struct ComputeOptions {
  int threads = 0;
  std::optional<std::int64_t> memory_bytes;
  Precision precision = Precision::f32;
  Stored stored;
  bool by_source = false, by_token = false;
  std::vector<std::string> ablate;  // names of parts
  bool ablate_with_mean = false;

  void add_to(CLI::App& app);
  /// --ablate-with, of commands that leave parts out.
  CLI::Option* add_ablate_with_to(CLI::App& app);
  /// --store, --store-as, --by-source and --by-token, of commands that write run files.
  void add_store_to(CLI::App& app);
  /// Beside what the process holds now.
  DecomposeOptions decompose_options() const;
  std::unique_ptr<Backend> backend() const { return make_cpu_backend(threads, precision); }
};

constexpr const char* kModelForms = "a Hugging Face folder, a GGUF file, or org/name[@revision] in the hub cache";

/// Which model, and what of it may be unknown.
struct ModelSource {
  std::string model;  // --model: what find_model takes
  std::vector<std::string> allow_unknown;
  std::optional<std::uint64_t> random_init;

  /// --model, which is required, and --allow-unknown.
  CLI::Option* add_to(CLI::App& app);
  void add_allow_unknown(CLI::App& app);
  void add_random_init(CLI::App& app);
  ModelOptions options() const { return {{allow_unknown.begin(), allow_unknown.end()}, random_init}; }
};

/// That a text is a whole number from 0 to 2^64 - 1.
CLI::Validator seed_check();

/// --checkpoint-series, of commands that take one instead of a model.
CLI::Option* add_series_option(CLI::App& app, std::string& form);
/// Errors: usage where there are both or none.
void check_one_source(const std::string& model, const std::string& series, const std::string& model_option);

/// $PARTWISE_DEMO_MODEL, or the file that `make demo` keeps in the cache folder.
std::filesystem::path demo_model_path();
/// The same where nothing was given. Errors: missing_input with a hint where it is not there.
std::string model_or_demo(const std::string& given);

}  // namespace partwise
