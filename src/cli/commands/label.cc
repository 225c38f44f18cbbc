#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/label_messages.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "labelling/answering.h"
#include "labelling/labelled_table.h"
#include "labelling/learning.h"
#include "labelling/teaching.h"
#include "prompts/prompt_traps.h"
#include "report/html/labelled.h"
#include "report/text/labelled.h"
#include "session/expected_fact.h"
#include "session/session.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

/// Errors: usage unless `word` is a number between 0 and 1.
double parse_share(const std::string& option, const std::string& word) {
  double share = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), share);
  if (error == std::errc() && end == word.data() + word.size() && share > 0 && share < 1) return share;
  throw Error(ErrorCode::usage, fmt::format("{} cannot be '{}'", option, word), "a share between 0 and 1, like 0.95");
}

class Label : public Command {
 public:
  void add_options(OptionList& options) override {
    options.option("table", table_file_, "CSV, TSV or JSON: rows with a label teach, rows without one are answered")
        .type_name("TABLE")
        .required();
    add_model_options(options, model_);
    options
        .option("--text", task_.text,
                "the text of a row: a column's name, or a template such as \"{{subject}}. {{body}}\"")
        .type_name("TEMPLATE");
    options.option("--label", task_.label, "the column of the label").type_name("COLUMN");
    options.option("-o,--output", output_, "the same table with the answers (default: standard output)")
        .type_name("FILE");
    options
        .option("--save", save_,
                "keep the reader and its prompts, which hold texts of labelled rows: for classify, serve")
        .type_name("FILE");
    options.option("--task", task_.task, "a task of your own instead of --text and --label").type_name("NAME|FILE");
    options.option("--write-task", write_task_, "write the task that was made, so that you can change it")
        .type_name("FILE");
    options.option("--reader", learning_.reader, "use this kind of reader (default: chosen by what held-out rows say)")
        .type_name("NAME");
    options
        .option("--draws", learning_.draws,
                fmt::format("blocks of demonstrations whose readers are averaged (default {}); a row is asked without "
                            "any and after each, so that it costs one prompt more than this",
                            learning_.draws))
        .type_name("M")
        .range(0, kMostSets - 1);
    options
        .parsed(
            "--labelled", [this](const std::string& word) { learning_.labelled = parse_labelled(word); },
            "labelled rows to learn from (default all)")
        .type_name("K|all");
    options.option("--shots", learning_.shots, "demonstrations in each prompt (as in decompose)")
        .type_name("N")
        .range(0, 1 << 20);
    options.option("--seed", learning_.seed, "which rows are demonstrations (default 0)").type_name("N").seed();
    options
        .parsed(
            "--precision", [this](const std::string& word) { giving_.precision = parse_share("--precision", word); },
            "leave a label blank if it is not sure enough that this share of those given is right: 0.95")
        .type_name("SHARE");
    options
        .option("--html", html_,
                "write a page to open in a browser: what to expect and why, labels that may be wrong, and the answers "
                "that are least sure")
        .type_name("FILE");
    options
        .option("--ask", giving_.n_ask,
                "number the N rows whose label by a person would teach most, in a column partwise_ask")
        .type_name("N")
        .range(0, 1 << 30);
    add_choice<TooLong>(options, "--too-long", too_long_, {{"refuse", TooLong::refuse}, {"cut", TooLong::cut}},
                        "rows whose prompts do not fit into the model's context: refuse (default) puts an error in the "
                        "row; cut shortens the row's own text from its end");
    add_chat_options(options, learning_.chat);
    add_machine_options(options, compute_);
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_options();
    const Table table = read_table(table_file_);
    for (const std::string& note : table.notes) console.note(note);
    const Teaching teaching = teaching_of(table, task_);
    write_made_task(teaching);
    for (const std::string& note : teaching.notes) console.note(printable(note));
    label(console, table, teaching);
  }

 private:
  void check_options() const {
    check_reader();
    if (!task_.task.empty() && !(task_.text.empty() && task_.label.empty()))
      throw Error(ErrorCode::usage, "--task says what a row's text and its label are; --text and --label say it, too",
                  "leave out --task, or the others");
    if (learning_.draws == 0 && learning_.shots > 0)
      throw Error(ErrorCode::usage, "--draws 0 shows no demonstrations, and --shots asks for some",
                  "leave out one of them");
    if (json_ && output_.empty())
      throw Error(ErrorCode::usage, "--json prints what to expect in the place of the table",
                  "name a file for it: -o FILE");
    refuse_same_outputs({output_, save_, write_task_, html_, part_file()});
    if (!output_.empty()) check_journal(part_file());
    for (const std::string& file : {output_, save_, write_task_, html_}) {
      refuse_input(file, {table_file_, task_.task, learning_.chat.template_file.string()});
      if (file.empty()) continue;
      refuse_model_file(file, model_.model);
      check_writable(file);
    }
  }

  /// Reports a reader that cannot learn from labelled rows before any work.
  void check_reader() const {
    if (learning_.reader.empty()) return;
    const ReaderKind& kind = reader_kind(learning_.reader);
    if (kind.learns_from == LearnsFrom::pool || kind.learns_from == LearnsFrom::nothing) return;
    throw Error(ErrorCode::usage, fmt::format("--reader {}: it does not learn from labelled rows", kind.name),
                "take another, or none: one is chosen");
  }

  /// Where answers are kept until the table is written; "" if it goes to standard output.
  std::string part_file() const { return output_.empty() ? "" : output_ + ".part"; }

  void write_made_task(const Teaching& teaching) const {
    if (write_task_.empty()) return;
    if (teaching.yaml.empty())
      throw Error(ErrorCode::usage, "--write-task writes a task that was made, and --task gives one");
    write_output(write_task_, [&](OutputFile& out) { out.write(teaching.yaml); });
  }

  void label(Console& console, const Table& table, const Teaching& teaching) const {
    const Interruptible interruptible;
    const LoadedModel loaded(model_);
    LearningOptions learning = learning_;
    learning.too_long = too_long_;
    const PromptSet prompts = teaching_prompts(table, teaching, learning, loaded, console.listener());
    announce_teaching(console, teaching, prompts);
    warn(console.listener(), prompt_warnings(prompts, loaded.tokenizer()));
    const Session session(loaded, compute_, Passes::many);
    Learnt learnt = learn_with_bar(console, session, table, prompts);
    learnt.labelled = teaching.taught;
    const std::vector<std::size_t> asked = learnt.rows_to_answer(table.rows.size());
    const Expected expected = expected_of(learnt, std::ssize(asked));
    learnt.reader.info.set(facts::kExpected, json_line(expected_json(expected)));
    if (!save_.empty()) write_reader(save_, learnt.reader);
    if (!json_) show(console, expected);
    Journal journal(part_file(), answers_key(learnt.reader, table, too_long_));
    answer(console, session, table, learnt, asked, journal);
    const LabelledTable done = labelled_table(table, learnt, journal, giving_);
    give(console, table, done);
    if (json_) console.print_json(labelled_json(expected, done));
    if (!html_.empty())
      write_page({table, expected, learnt.cross.choices, done, learnt.reader.info, example_prompt(prompts).text,
                  teaching.yaml});
    journal.remove();
  }

  Learnt learn_with_bar(const Console& console, const Session& session, const Table& table,
                        const PromptSet& prompts) const {
    ProgressBar bar(console);
    return learn(session, table, prompts, learning_, bar.listener());
  }

  void answer(const Console& console, const Session& session, const Table& table, const Learnt& learnt,
              const std::vector<std::size_t>& rows, Journal& journal) const {
    if (journal.n_answers() > 0) console.note(fmt::format("{} answers are there from before", journal.n_answers()));
    ProgressBar bar(console);
    try {
      answer_rows(session, learnt.reader, table, rows, too_long_, journal, bar.listener());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted || output_.empty()) throw;
      throw Error(error.code(),
                  fmt::format("interrupted after {} of {} answers, which are kept in {}",
                              format_count(journal.n_answers()), format_count(rows.size()), part_file()),
                  "the same command goes on from there");
    }
  }

  /// Prints what to expect: on standard output, unless the table goes there.
  void show(Console& console, const Expected& expected) const {
    if (output_.empty()) return console.note(expected_text(expected, false, 0));
    console.print(expected_text(expected, console.colour(), console.width()));
    console.flush();
  }

  void give(Console& console, const Table& table, const LabelledTable& done) const {
    const std::string text = table_text(table, answer_columns(table, done));
    if (output_.empty()) {
      console.print(text);
      return console.flush();
    }
    write_output(output_, [&](OutputFile& out) { out.write(text); });
    console.note(labelled_summary(done, output_));
  }

  void write_page(const LabelledPage& page) const {
    write_output(html_, [&](OutputFile& out) { out.write(labelled_html(page)); });
  }

  std::string table_file_, output_, save_, write_task_, html_;
  TaskChoice task_;
  LearningOptions learning_;
  ModelChoice model_;
  ComputeOptions compute_;
  TooLong too_long_ = TooLong::refuse;
  GivingOptions giving_;
  bool json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 15,
    .name = "label",
    .summary = "labels the rest of a table of which some rows have a label",
    .usage = "TABLE --model MODEL --text TEMPLATE --label COLUMN -o FILE [options]",
    .description =
        "Rows with a label teach, rows without one are answered. The same table comes back, in its own form, with "
        "columns partwise_label, partwise_probability, partwise_second (the next best label) and partwise_reasons. A "
        "labelled row has what was said of it by fits that had not seen it. Before the answers, the program says what "
        "accuracy to expect of them: readers are fitted on nine tenths of the labelled rows and judged on the last "
        "tenth, in turn, and one is chosen without looking at the rows that judge it. Stopped work goes on where it "
        "was: give the same command.",
    .example =
        "partwise label tickets.csv --model SmolLM2.gguf --text \"{{subject}}. {{body}}\" --label category -o out.csv\n"
        "partwise label tickets.csv --model SmolLM2.gguf --text body --label category -o out.csv --precision 0.95",
    .make = make_command<Label>,
};

}  // namespace

void register_label(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
