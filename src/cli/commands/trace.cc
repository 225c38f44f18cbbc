#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"
#include "cli/trace_output.h"

namespace partwise::internal {

namespace {

class TraceCommand : public Command {
 public:
  void add_options(OptionList& options) override {
    add_trace_options(options, settings_);
    options.option("--continuation", continuation_, "the text that follows --prompt").type_name("TEXT");
  }

  void run(Console& console) override {
    check_trace_options(settings_);
    if (!settings_.prompt.empty() && continuation_.empty())
      throw Error(ErrorCode::usage, "--prompt needs --continuation TEXT",
                  "`partwise generate` lets the model continue the prompt");
    if (settings_.prompt.empty() && !continuation_.empty())
      throw Error(ErrorCode::usage, "--continuation belongs to --prompt", "rows of a file hold their own");
    const LoadedModel loaded(settings_.model);
    const Session session(loaded, settings_.compute, Passes::tokens);
    TextsToTrace rows(settings_.prompts, {{"prompt", settings_.prompt}, {"continuation", continuation_}}, loaded,
                      settings_.chat_with(loaded), true);
    TraceOutput output(settings_, session, console);
    const Interruptible interruptible;
    if (settings_.collects())
      read(session, rows.all(), output, console);
    else
      for (auto some = rows.next(kAtOnce); !some.empty(); some = rows.next(kAtOnce))
        read(session, some, output, console);
    output.finish();
  }

 private:
  static constexpr std::size_t kAtOnce = 64;

  void read(const Session& session, const std::vector<TextToTrace>& rows, TraceOutput& output, Console& console) const {
    std::vector<AskedText> asked;
    for (const TextToTrace& row : rows)
      if (!row.error) asked.push_back(row.text);
    TracedTexts traced = output.begin(std::move(asked));
    std::vector<Continuation> texts;
    for (std::size_t i = 0; i < traced.asked.size(); ++i) {
      const AskedText& text = traced.asked[i];
      texts.push_back({text.prompt, text.continuation});
      if (traced.tokenizer) traced.texts[i] = traced.tokenizer->decode(text.continuation, true);
    }
    ProgressBar bar(console);
    DecomposeOptions options = output.pass_options();
    options.progress = bar.listener().progress;
    traced.trace = session.trace(texts, output.asked(), options);
    bar.clear();
    output.print(rows, traced);
    if (settings_.collects()) output.write(traced);
  }

  TraceSettings settings_;
  std::string continuation_;
};

constexpr CommandInfo kInfo = {
    .place = 37,
    .name = "trace",
    .summary = "shows what every part added to every token of a text that is given",
    .usage = "--model MODEL (--prompt TEXT --continuation TEXT | --prompts FILE) [--jsonl] [-o RUN] [--html FILE]",
    .description =
        "Reads a prompt and the text that follows it in one pass, and shows for every token of this text what each "
        "head and MLP added to its margin over the runner-up, exactly: what `partwise generate` shows of the text that "
        "the model writes itself. Rows of a file are {\"prompt\" or \"ids\", \"continuation\": text or ids}.",
    .example =
        "partwise trace --model SmolLM2.gguf --prompt 'The capital of France is' --continuation ' Lyon.'\n"
        "partwise trace --model SmolLM2.gguf --prompts texts.jsonl --jsonl --log-odds > steps.jsonl",
    .make = make_command<TraceCommand>,
};

}  // namespace

void register_trace(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
