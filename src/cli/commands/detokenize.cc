#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/json_rows.h"
#include "cli/options.h"
#include "hub/find_model.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

namespace {

class Detokenize : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("ids", ids_, "token ids").type_name("ID");
    add_tokenizer_option(options, model_);
    options.option("--jsonl", jsonl_, "answer the rows {\"ids\": [...]} of a file, - for standard input")
        .type_name("FILE");
    options.flag("--skip-special", skip_special_, "leave special tokens out");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (ids_.empty() == jsonl_.empty()) throw Error(ErrorCode::usage, "give either token ids or --jsonl FILE");
    tokenizer_ = load_tokenizer(find_model(model_, HubFiles::tokenizer).path);
    if (!jsonl_.empty()) return answer_json_rows(jsonl_, console, [this](const JsonPart& row) { return answer(row); });
    const std::string text = tokenizer_->decode(ids_, skip_special_);
    json_ ? console.print_json({{"text", text}}) : console.print(text + "\n");
  }

 private:
  OrderedJson answer(const JsonPart& row) const {
    const bool skip_special = row["skip_special"].flag_or(skip_special_);
    return {{"text", tokenizer_->decode(ids_of(row["ids"]), skip_special)}};
  }

  std::vector<TokenId> ids_;
  std::string model_, jsonl_;
  bool skip_special_ = false, json_ = false;
  std::unique_ptr<Tokenizer> tokenizer_;
};

constexpr CommandInfo kInfo = {
    .place = 31,
    .name = "detokenize",
    .summary = "prints the text of token ids",
    .usage = "--model MODEL (ID ... | --jsonl FILE) [options]",
    .description =
        "Prints the text that token ids stand for, the whole list at once; bytes that are not valid UTF-8 "
        "become U+FFFD. With --jsonl, one row {\"text\": ...} comes out for each row {\"ids\": [...]}; the "
        "row's own \"skip_special\" overrides the option.",
    .example = "partwise detokenize --model SmolLM2.gguf 19556 28 905",
    .make = make_command<Detokenize>,
};

}  // namespace

void register_detokenize(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
