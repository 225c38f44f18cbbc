#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/json_rows.h"
#include "cli/options.h"
#include "data/line_reader.h"
#include "hub/find_model.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

namespace {

using Bos = EncodeOptions::Bos;

class Tokenize : public Command {
 public:
  void add_options(OptionList& options) override {
    options
        .parsed(
            "text", [this](const std::string& text) { text_ = text; },
            "a text; - takes every line of standard input as a text")
        .type_name("TEXT");
    add_tokenizer_option(options, model_);
    options.option("--jsonl", jsonl_, "answer the rows {\"text\": ...} of a file, - for standard input")
        .type_name("FILE");
    add_choice(options, "--bos", options_.bos, {{"auto", Bos::automatic}, {"yes", Bos::yes}, {"no", Bos::no}},
               "put the BOS token in front: auto (by the file's rule, the default), yes or no");
    add_choice(options, "--special", options_.parse_special, {{"parse", true}, {"text", false}},
               "what the spelling of a special token becomes: parse (that token, if the file does not split it; "
               "default) or text");
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    if (text_.has_value() != jsonl_.empty()) {
      throw Error(ErrorCode::usage, "give one of TEXT and --jsonl FILE", "- reads standard input, a text in each line");
    }
    tokenizer_ = load_tokenizer(find_model(model_, HubFiles::tokenizer).path);
    if (!jsonl_.empty()) return answer_json_rows(jsonl_, console, [this](const JsonPart& row) { return answer(row); });
    if (*text_ != "-") return print(console, *text_);
    LineReader lines("-");
    for (auto line = lines.next(1); !line.empty(); line = lines.next(1)) {
      print(console, line[0].text);
      console.flush();
    }
  }

 private:
  /// The fields "add_bos" and "parse_special" of a row override the options.
  OrderedJson answer(const JsonPart& row) const {
    EncodeOptions options = options_;
    if (row.has("add_bos")) options.bos = row["add_bos"].flag() ? Bos::yes : Bos::no;
    options.parse_special = row["parse_special"].flag_or(options_.parse_special);
    const std::vector<TokenId> ids = tokenizer_->encode(row["text"].text(), options);
    return {{"ids", ids}, {"tokens", texts_of(ids)}};
  }

  std::vector<std::string> texts_of(const std::vector<TokenId>& ids) const {
    std::vector<std::string> texts;
    for (TokenId id : ids) texts.push_back(tokenizer_->token_text(id));
    return texts;
  }

  void print(Console& console, const std::string& text) const {
    const std::vector<TokenId> ids = tokenizer_->encode(text, options_);
    const std::vector<std::string> texts = texts_of(ids);
    if (json_) return console.print_json({{"ids", ids}, {"tokens", texts}});
    std::vector<std::string> quoted;
    for (const std::string& piece : texts) quoted.push_back(OrderedJson(piece).dump());
    console.print(fmt::format("{}\t{}\n", fmt::join(ids, " "), fmt::join(quoted, " ")));
  }

  std::optional<std::string> text_;  // may be empty
  std::string model_, jsonl_;
  EncodeOptions options_;
  bool json_ = false;
  std::unique_ptr<Tokenizer> tokenizer_;
};

constexpr CommandInfo kInfo = {
    .place = 30,
    .name = "tokenize",
    .summary = "prints the token ids of a text",
    .usage = "--model MODEL (TEXT | --jsonl FILE) [options]",
    .description =
        "Prints the token ids that the model's tokenizer gives a text and, behind a tab, what each stands for, quoted; "
        "cut -f1 leaves the ids. With --jsonl, one row {\"ids\": [...], \"tokens\": [...]} comes out for each row "
        "{\"text\": ...}; the row's own \"add_bos\" and \"parse_special\" override the options.",
    .example =
        "partwise tokenize --model SmolLM2.gguf 'Sentiment: positive'\n"
        "partwise tokenize --model SmolLM2.gguf --jsonl texts.jsonl > ids.jsonl",
    .make = make_command<Tokenize>,
};

}  // namespace

void register_tokenize(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
