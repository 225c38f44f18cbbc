#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/json_rows.h"
#include "cli/options.h"
#include "hub/find_model.h"
#include "prompts/chat_template.h"

namespace partwise::internal {

namespace {

class Chat : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("--model", model_, fmt::format("{}; its template and special tokens are used", kModelForms))
        .type_name("MODEL");
    options.option("--template", template_, "a chat template instead of a model's").type_name("FILE.jinja");
    options.option("--jsonl", jsonl_, "rows {\"messages\": [...]} of a file, - for standard input").type_name("FILE");
  }

  void run(Console& console) override {
    if (model_.empty() == template_.empty())
      throw Error(ErrorCode::usage, "give one of --model MODEL and --template FILE.jinja");
    if (jsonl_.empty())
      throw Error(ErrorCode::usage, "give --jsonl FILE", "- reads standard input, a row in each line");
    chat_.emplace(template_.empty() ? ChatTemplate::of_model(find_model(model_, HubFiles::tokenizer).path)
                                    : ChatTemplate::of_file(template_));
    answer_lines(jsonl_, console, [this](const Line& line) { return answer(line); });
    if (n_failed_ == 0) return;
    throw Error(ErrorCode::bad_data, fmt::format("{} of {} rows could not be rendered, the first: {}",
                                                 format_count(n_failed_), format_count(n_rows_), first_error_));
  }

 private:
  OrderedJson answer(const Line& line) {
    const OrderedJson chat = parse_ordered_json_object(line.text, line.place);
    ++n_rows_;
    try {
      return {{"text", chat_->render(chat, clock_)}};
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data) throw;
      if (n_failed_++ == 0) first_error_ = fmt::format("{}: {}", line.place, error.what());
      return {{"error", error.what()}};
    }
  }

  std::string model_, template_, jsonl_;
  std::optional<ChatTemplate> chat_;
  const jinja::Clock clock_ = local_clock();
  std::int64_t n_rows_ = 0, n_failed_ = 0;
  std::string first_error_;
};

constexpr CommandInfo kInfo = {
    .place = 33,
    .name = "chat",
    .summary = "writes the text that a chat template makes of messages",
    .usage = "(--model MODEL | --template FILE.jinja) --jsonl FILE",
    .description =
        "Applies a chat template to rows {\"messages\": [{\"role\": ..., \"content\": ...}, ...]} and prints a row "
        "{\"text\": ...} for each, as apply_chat_template of transformers does without tokenizing. All other members "
        "of a row are variables of the template: \"tools\", \"add_generation_prompt\" (default: true), "
        "\"enable_thinking\", \"bos_token\", ... If the template raises an error, {\"error\": ...} takes the row's "
        "place, and the exit code is 65.",
    .example =
        "partwise chat --model SmolLM2.gguf --jsonl chats.jsonl > texts.jsonl\n"
        "partwise chat --template chat_template.jinja --jsonl - < chats.jsonl",
    .make = make_command<Chat>,
};

}  // namespace

void register_chat(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
