#include <partwise/prompts.h>

#include "api/impl.h"
#include "session/prompt_choice.h"

namespace partwise {

namespace {

internal::PromptChoice choice_of(const TaskOptions& options) {
  internal::PromptChoice choice;
  choice.task = options.task;
  choice.train_file = options.train;
  choice.test_file = options.test;
  choice.options.template_index = options.template_index;
  choice.options.shots = options.shots;
  choice.options.labelled = options.labelled;
  choice.options.sets = options.sets;
  choice.options.seed = options.seed;
  choice.options.limit = options.limit;
  choice.options.content_free = options.content_free;
  choice.options.drop_repeated = options.drop_repeated;
  choice.parse_special_in_rows = options.parse_special;
  return choice;
}

}  // namespace

PromptSet::PromptSet(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

PromptSet PromptSet::from_file(const std::string& path, TooLong too_long) {
  return PromptSet(
      std::make_shared<const Impl>(Impl{internal::read_prompt_file(path), internal::too_long_of(too_long)}));
}

PromptSet PromptSet::from_task(const TaskOptions& options) {
  if (options.task.empty()) throw internal::Error(ErrorCode::usage, "no task is named");
  return PromptSet(
      std::make_shared<const Impl>(Impl{choice_of(options).read_texts(), internal::too_long_of(options.too_long)}));
}

std::int64_t PromptSet::size() const { return std::ssize(impl_->set.prompts); }

const std::string& PromptSet::text(std::int64_t i) const {
  if (i < 0 || i >= size()) throw internal::Error(ErrorCode::usage, "there is no prompt " + std::to_string(i));
  return impl_->set.prompts[static_cast<std::size_t>(i)].text;
}

const std::vector<std::string>& PromptSet::label_words() const { return impl_->set.label_words; }
const std::vector<std::string>& PromptSet::notes() const { return impl_->set.notes; }
std::vector<std::string> PromptSet::warnings() const { return internal::sentences(impl_->set.warnings); }

}  // namespace partwise
