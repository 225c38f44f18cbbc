// Where prompts come from: a file that holds them, or a task and data.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/loaded_model.h"
#include "experiment/prompts.h"

namespace partwise {

struct PromptSource {
  std::string prompts_file;           // --prompts
  std::string task;                   // --task
  std::string train_file, test_file;  // --data, --test; built-in tasks may have rows of their own
  PromptOptions options;
  bool labelled_given = false;  // whether --labelled was

  void add_to(CLI::App& app);
  /// The prompts with their ids for this model. Errors: usage where the options do not fit together; those of
  /// build_prompts, read_prompt_file and tokenize_prompts.
  PromptSet read(const LoadedModel& loaded) const;
  /// The same before there is a model: ids are missing where the prompts are text.
  PromptSet read_texts() const;
  /// "36 of 60 labelled rows are not used: ..." where nobody said how many to use; "" where all are.
  std::string describe_unused(const PromptSet& set) const;
  /// The files that they are made from.
  std::vector<std::string> files() const;

 private:
  PromptSet from_task() const;
  void check_usage() const;
};

}  // namespace partwise
