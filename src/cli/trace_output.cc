#include "cli/trace_output.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/prompt_options.h"
#include "decompose/trace_file.h"
#include "report/data/trace.h"
#include "report/html/trace.h"
#include "report/text/trace.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kInTable = 3;

}  // namespace

void add_trace_options(OptionList& options, TraceSettings& settings) {
  add_model_options(options, settings.model);
  add_random_init_option(options, settings.model);
  options.option("--prompt", settings.prompt, "a prompt").type_name("TEXT");
  options
      .option("--prompts", settings.prompts,
              "prompts as rows of JSON: {\"prompt\": text} or {\"ids\": [...]}; - for standard input")
      .type_name("FILE");
  options.flag("--chat", settings.chat.is_wanted,
               "a prompt is what a user says: it goes through the model's chat template. Rows may also be whole "
               "conversations: {\"messages\": [{\"role\": ..., \"content\": ...}, ...]}");
  add_chat_template_option(options, settings.chat);
  options.flag("--jsonl", settings.jsonl, "print a row of JSON for each row");
  options
      .option("--rival", settings.rivals,
              "a token over which every token's margin is read as well, as it is spelled: ' Paris'; may be repeated")
      .type_name("TEXT")
      .one_value();
  options.flag("--log-odds", settings.log_odds, "read the parts of each token's log-odds against all other tokens");
  options.flag("--by-token", settings.by_token,
               "split heads by the tokens that they read, for the page and the run file; takes memory");
  options.option("--top", settings.top, "how many parts are named for and against each token (default 3; in JSON none)")
      .type_name("N")
      .range(0, 1 << 20);
  options.option("-o,--output", settings.output, "run file with a row for each token").type_name("RUN.safetensors");
  options.option("--html", settings.html, "write a page to open in a browser").type_name("FILE");
  add_compute_options(options, settings.compute);
}

std::shared_ptr<const Chat> TraceSettings::chat_with(const LoadedModel& loaded) const {
  return chat.with_model(loaded.place().path, loaded.tokenizer());
}

void check_trace_options(const TraceSettings& settings) {
  refuse_same_outputs({settings.output, settings.html});
  if (settings.prompt.empty() == settings.prompts.empty())
    throw Error(ErrorCode::usage, "give one of --prompt TEXT and --prompts FILE", "a prompt is not empty");
  if (settings.by_token && !settings.collects())
    throw Error(ErrorCode::usage, "--by-token is shown by a page and kept by a run file only",
                "give --html FILE or -o RUN.safetensors");
  for (const std::string& file : {settings.output, settings.html}) {
    refuse_input(file, {settings.prompts, settings.chat.template_file.string()});
    refuse_model_file(file, settings.model.model);
    if (!file.empty()) check_writable(file);
  }
}

TraceOutput::TraceOutput(const TraceSettings& settings, const Session& session, Console& console)
    : settings_(settings), session_(session), console_(console) {
  asked_.log_odds = settings.log_odds;
  for (const std::string& word : settings.rivals) asked_.rivals.push_back(rival_of(word, session.loaded()));
}

DecomposeOptions TraceOutput::pass_options() const {
  DecomposeOptions options = session_.options();
  options.by_token = settings_.by_token;
  return options;
}

TracedTexts TraceOutput::begin(std::vector<AskedText> asked) const {
  const std::size_t n = asked.size();
  TracedTexts traced{.model = session_.loaded().place().name,
                     .asked = std::move(asked),
                     .texts = std::vector<std::string>(n),
                     .stopped = std::vector<std::optional<Stopped>>(n),
                     .rival_words = settings_.rivals,
                     .has_log_odds = settings_.log_odds,
                     .tokenizer = session_.loaded().tokenizer()};
  return traced;
}

void TraceOutput::print_text(const TracedTexts& traced, std::size_t text) {
  n_tokens_ += traced.trace.first[text + 1] - traced.trace.first[text];
  if (settings_.jsonl) return console_.print_json(traced_json(traced, text, settings_.n_parts(0)));
  console_.print(traced_table(traced, text, settings_.n_parts(kInTable), console_.colour(), console_.width()));
}

void TraceOutput::print(const std::vector<TextToTrace>& rows, const TracedTexts& traced) {
  std::size_t text = 0;
  for (const TextToTrace& row : rows) {
    ++n_rows_;
    if (!row.error) {
      print_text(traced, text++);
      continue;
    }
    if (n_failed_++ == 0) first_error_ = row.error;
    settings_.jsonl ? console_.print_json({{"error", row.error->what()}}) : console_.note(row.error->what());
  }
  console_.flush();
}

void TraceOutput::write(const TracedTexts& traced) const {
  if (!settings_.collects()) return;
  if (traced.trace.n_steps() == 0) return console_.note("no tokens, so no file was written");
  if (!settings_.output.empty()) {
    RunInfo info = run_info_before_ids(session_.loaded(), {}, settings_.compute);
    if (!settings_.prompts.empty()) info.set(facts::kPrompts, settings_.prompts);
    if (settings_.by_token) info.set(facts::kByToken, "yes");
    if (const auto chat = settings_.chat_with(session_.loaded())) chat->describe(info);
    write_output(settings_.output, [&](OutputFile& out) { write_trace(out, as_run(traced, info), traced.trace); });
    console_.note(fmt::format("wrote {}", settings_.output));
  }
  if (settings_.html.empty()) return;
  write_output(settings_.html, [&](OutputFile& out) { out.write(traced_html(traced)); });
  console_.note(fmt::format("wrote {}", settings_.html));
}

void TraceOutput::finish() const {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  console_.note(fmt::format("{} tokens in {} ({:.1f} tokens/s)", format_count(n_tokens_), format_duration(seconds),
                            static_cast<double>(n_tokens_) / seconds));
  if (n_failed_ == 0) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{} of {} rows could not be read, the first: {}", format_count(n_failed_),
                          format_count(n_rows_), first_error_->what()),
              first_error_->advice());
}

}  // namespace partwise::internal
