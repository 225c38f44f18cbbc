// Where prompts come from: a file of prompts, or a task and data.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "prompts/chat.h"
#include "prompts/prompts.h"
#include "session/loaded_model.h"

namespace partwise::internal {

struct PromptChoice {
  std::string prompts_file;           // --prompts
  std::string task;                   // --task
  std::string train_file, test_file;  // --data, --test; built-in tasks may have rows of their own
  PromptOptions options;
  /// --special-in-rows: whether rows and label words may spell special tokens. If it is not given, those of a task may
  /// not, and prompts of a file may.
  std::optional<bool> parse_special_in_rows;
  TooLong too_long = TooLong::refuse;  // --too-long
  ChatChoice chat;                     // --chat
  bool labelled_given = false;         // whether --labelled was given

  /// The prompts with their ids for this model. Errors: usage if the options do not fit together; those of
  /// build_prompts, read_prompt_file, ChatChoice::with_model and tokenize.
  PromptSet read(const LoadedModel& loaded) const;
  /// The same without a model's weights. Prompts that are text have no ids yet. `model`, as find_model takes it, is
  /// needed for chat templates alone.
  PromptSet read_texts(const std::string& model = {}) const;
  /// "36 of 60 labelled rows are not used" if the user did not say how many to use; "" if all are used.
  std::string describe_unused(const PromptSet& set) const;
  /// The files that the prompts are made from.
  std::vector<std::string> files() const;

 private:
  PromptSet read_with(std::shared_ptr<const Chat> chat) const;
  PromptSet from_task(std::shared_ptr<const Chat> chat) const;
  PromptSet from_file() const;
};

}  // namespace partwise::internal
