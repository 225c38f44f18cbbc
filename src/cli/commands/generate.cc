#include "session/generate.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_bar.h"
#include "cli/trace_output.h"

namespace partwise::internal {

namespace {

class Generate : public Command {
 public:
  void add_options(OptionList& options) override {
    add_trace_options(options, settings_);
    options.option("--max-tokens", options_.max_tokens, "how many tokens are written at most (default 128)")
        .type_name("N")
        .range(0, 1 << 20);
    options.option("--stop", options_.stop_texts, "a text before which writing ends; may be repeated")
        .type_name("TEXT")
        .one_value();
    options
        .option("--temperature", options_.sampling.temperature,
                "draw each token by its probability at this temperature; 0 (default) takes the most probable")
        .type_name("T");
    options
        .option("--top-p", options_.sampling.top_p,
                "draw from the most probable tokens that have this probability together (default 1)")
        .type_name("P");
    options
        .option("--seed", options_.sampling.seed,
                "of the draws; row N of a file draws with the seed plus N (default 0)")
        .type_name("N")
        .seed();
  }

  void run(Console& console) override {
    check_trace_options(settings_);
    check_sampling();
    const LoadedModel loaded(settings_.model);
    const Session session(loaded, settings_.compute, Passes::tokens);
    TextsToTrace rows(settings_.prompts, {{"prompt", settings_.prompt}}, loaded, settings_.chat_with(loaded), false);
    TraceOutput output(settings_, session, console);
    const Interruptible interruptible;
    if (settings_.collects()) {
      write(session, rows.all(), output, console);
    } else {
      const std::size_t at_once = settings_.jsonl ? kLargestBatch : 1;  // texts on a terminal come one after another
      for (auto some = rows.next(at_once); !some.empty(); some = rows.next(at_once))
        write(session, some, output, console);
    }
    output.finish();
  }

 private:
  static constexpr std::size_t kLargestBatch = 64;

  void check_sampling() const {
    const Sampling& sampling = options_.sampling;
    if (!(sampling.temperature >= 0)) throw Error(ErrorCode::usage, "--temperature must not be negative");
    if (!(sampling.top_p > 0 && sampling.top_p <= 1))
      throw Error(ErrorCode::usage, "--top-p must be above 0 and at most 1");
    if (sampling.is_greedy() && sampling.top_p < 1)
      throw Error(ErrorCode::usage, "--top-p has no effect at temperature 0", "give --temperature 1, too");
  }

  void write(const Session& session, const std::vector<TextToTrace>& rows, TraceOutput& output, Console& console) {
    std::vector<AskedText> asked;
    std::vector<std::int64_t> numbers;
    for (const TextToTrace& row : rows) {
      if (row.error) continue;
      asked.push_back(row.text);
      numbers.push_back(row.number);
    }
    TracedTexts traced = output.begin(std::move(asked));
    std::vector<std::vector<TokenId>> prompts;
    for (const AskedText& text : traced.asked) prompts.push_back(text.prompt);
    std::optional<PointRecording> recording;
    if (!settings_.by_token && may_record(session, std::ssize(prompts) * options_.max_tokens))
      recording.emplace(session.loaded().config());
    options_.recording = recording ? &*recording : nullptr;
    const std::vector<Generated> generated = grow(session, prompts, numbers, console);
    for (std::size_t i = 0; i < generated.size(); ++i) {
      traced.asked[i].continuation = generated[i].ids;
      traced.texts[i] = generated[i].text;
      traced.stopped[i] = generated[i].stopped;
    }
    ProgressBar bar(console);
    DecomposeOptions options = output.pass_options();
    options.progress = bar.listener().progress;
    traced.trace = trace_generated(session, prompts, generated, options_.sampling.is_greedy(), output.asked(), options,
                                   options_.recording);
    bar.clear();
    output.print(rows, traced);
    if (settings_.collects()) output.write(traced);
  }

  /// Some prompts at a time.
  std::vector<Generated> grow(const Session& session, std::span<const std::vector<TokenId>> prompts,
                              std::span<const std::int64_t> numbers, Console& console) {
    if (prompts.empty()) return {};
    std::int64_t longest = 0;
    for (const auto& prompt : prompts) longest = std::max<std::int64_t>(longest, std::ssize(prompt));
    const std::size_t at_once = settings_.jsonl ? prompts_together(session, longest + options_.max_tokens) : 1;
    std::vector<Generated> all;
    for (std::size_t first = 0; first < prompts.size(); first += at_once) {
      const std::size_t n = std::min(at_once, prompts.size() - first);
      const auto some = prompts.subspan(first, n);
      options_.rows.assign(numbers.begin() + first, numbers.begin() + first + n);
      for (Generated& one : grow_together(session, some, console)) all.push_back(std::move(one));
    }
    return all;
  }

  std::vector<Generated> grow_together(const Session& session, std::span<const std::vector<TokenId>> prompts,
                                       Console& console) {
    ProgressBar bar(console);
    if (settings_.jsonl)
      options_.progress = bar.listener().progress;
    else
      stream(console);
    std::vector<Generated> generated = generate(session, prompts, options_);
    if (!settings_.jsonl) console.print("\n\n");
    return generated;
  }

  /// Shows the text as it grows, in place of a progress bar.
  void stream(Console& console) {
    options_.progress = [](const Progress&) { throw_if_interrupted(); };
    options_.on_text = [&console](std::size_t, std::string_view piece) {
      console.print(piece);
      console.flush();
    };
  }

  TraceSettings settings_;
  GenerateOptions options_;
};

constexpr CommandInfo kInfo = {
    .place = 36,
    .name = "generate",
    .summary = "continues prompts, and shows what every part added to every token that was written",
    .usage = "--model MODEL (--prompt TEXT | --prompts FILE) [--max-tokens N] [--jsonl] [-o RUN] [--html FILE]",
    .description =
        "Writes text token by token, the most probable token each time unless --temperature is given, until "
        "--max-tokens, a --stop text, an end token of the model or the end of its context. Then the parts of the model "
        "are read at every token: what each head and MLP added to the token's margin over the runner-up, exactly. With "
        "--jsonl, each row of the file gives a row {\"ids\", \"text\", \"steps\", \"stopped\"}; without it, the text "
        "is shown as it grows, and a table after it.",
    .example =
        "partwise generate --model SmolLM2.gguf --prompt 'The capital of France is' --max-tokens 8\n"
        "partwise generate --model SmolLM2.gguf --prompts prompts.jsonl --max-tokens 64 --jsonl > written.jsonl\n"
        "partwise generate --model SmolLM2.gguf --prompt 'Once upon a time' --html story.html --by-token",
    .make = make_command<Generate>,
};

}  // namespace

void register_generate(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
