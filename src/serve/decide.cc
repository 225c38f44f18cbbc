#include "serve/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "prompts/label_words.h"
#include "prompts/sources.h"
#include "serve/decide_by_reader.h"
#include "serve/wording.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace {

/// A question as a prompt with its ids.
struct Ready {
  PromptSet set;           // of one prompt
  bool is_single = false;  // whether every option is one token
};

/// Errors: bad_data if the prompt and what is read of its labels take more tokens than the context has.
void check_length(const Service& service, const std::string& place, std::int64_t n_tokens) {
  const std::int64_t n_ctx = service.loaded().config().n_ctx;
  if (n_tokens <= n_ctx) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the prompt has {} tokens, the model's context {}", place, n_tokens, n_ctx),
              "ask about a shorter text, or with fewer options");
}

/// With the ids of the prompt alone. They are checked before the tokens of its options are found: each of these takes
/// as long as the prompt.
Ready with_ids(const Service& service, QuestionPrompt worded) {
  Ready ready;
  ready.set.bos = worded.bos;
  Prompt& prompt = ready.set.prompts.emplace_back(std::move(worded.prompt));
  if (const Tokenizer* tokenizer = service.loaded().needed_tokenizer())
    prompt.ids = tokenizer->encode(prompt.text, encode_options(prompt, worded.bos));
  check_length(service, prompt.place, std::ssize(prompt.ids));
  return ready;
}

/// Errors: bad_data if the options' labels cannot follow the prompt, or are not told apart there.
Ready with_labels(const Service& service, Ready ready) {
  service.loaded().tokenize_any_length(ready.set);
  ready.is_single = ready.set.prompts[0].label_tokens.empty();
  return ready;
}

/// With the options' words, or if these cannot be told apart behind the prompt, with codes.
Ready worded(const Service& service, const Question& question, const Asked& asked, const std::string& state) {
  const Chat* chat = service.options().chat.get();
  const auto with = [&](OptionForm form) {
    return with_ids(service, prompt_of(question, asked.instructions, state, form, chat));
  };
  if (question.type != QuestionType::choice) return with_labels(service, with(OptionForm::words));
  if (!have_words(question)) return with_labels(service, with(OptionForm::codes));
  Ready words = with(OptionForm::words);
  try {
    return with_labels(service, std::move(words));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data) throw;
  }
  return with_labels(service, with(OptionForm::codes));
}

Ready make_ready(const Service& service, const Question& question, const Asked& asked, const std::string& state) {
  Ready ready = worded(service, question, asked, state);
  check_length(service, question.place, tokens_needed(ready.set.prompts[0]));
  return ready;
}

PromptIds ids_with_sources(const Service& service, const Ready& ready, bool has_sources) {
  PromptIds ids = ids_of(ready.set.prompts[0]);
  if (has_sources) ids.sources = token_sources(ready.set, service.loaded().tokenizer())[0];
  return ids;
}

PassKind kind_of(const Ready& ready, const Wanted& wanted) {
  PassKind kind;
  kind.label_mass = wanted.label_mass.value_or(ready.is_single);
  if (wanted.sources) kind.n_sources = std::ssize(source_names(ready.set));
  return kind;
}

/// The indices of the questions of each kind, in their order.
std::vector<std::pair<PassKind, std::vector<std::size_t>>> by_kind(const std::vector<Ready>& all,
                                                                   const Wanted& wanted) {
  std::vector<std::pair<PassKind, std::vector<std::size_t>>> groups;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PassKind kind = kind_of(all[i], wanted);
    auto group = std::ranges::find(groups, kind, [](const auto& known) { return known.first; });
    if (group == groups.end()) group = groups.insert(groups.end(), {kind, {}});
    group->second.push_back(i);
  }
  return groups;
}

/// What heads add to the lead of a label by attending to each source, under these names, and at the end, as "no_head",
/// what is left of the lead. `parts` are of one example, by source.
std::vector<std::pair<std::string, double>> lead_by_source(const Contributions& parts, std::int64_t label,
                                                           const std::vector<std::string>& names) {
  const std::int64_t n_labels = parts.n_labels(), n_sources = parts.by_source.dim(3);
  std::vector<double> leads(static_cast<std::size_t>(n_sources));
  for (std::int64_t i = 0; i < parts.n_layers() * parts.n_heads() * n_sources; ++i)
    leads[i % n_sources] += push_to(label, parts.by_source.data() + i * n_labels, n_labels);
  std::vector<std::pair<std::string, double>> named;
  for (std::size_t s = 0; s < names.size(); ++s) named.emplace_back(names[s], leads[s]);
  const double all = push_to(label, &parts.logits(0, 0), n_labels);
  named.emplace_back("no_head", all - std::accumulate(leads.begin(), leads.end(), 0.0));
  return named;
}

/// The names of the prompt's sources. What lies in no stretch of its own is the wording around them.
std::vector<std::string> names_of_sources(const PromptSet& set) {
  std::vector<std::string> names = source_names(set);
  std::ranges::replace(names, std::string("input"), std::string("wording"));
  return names;
}

ShownPrompt shown(const Prompt& prompt, bool is_chat) { return {prompt.text, prompt.options, is_chat}; }

Decision decision_of(const Service& service, const Ready& ready, const Contributions& parts, const Wanted& wanted) {
  const std::unique_ptr<Reader> full = make_reader(kFullModel);
  Decision decision;
  decision.probabilities.resize(static_cast<std::size_t>(parts.n_labels()));
  full->probabilities(parts, 0, decision.probabilities);
  decision.n_tokens = std::ssize(ready.set.prompts[0].ids);
  const auto answer = static_cast<std::int64_t>(decision.answer());
  if (wanted.n_parts > 0) decision.why = explain(*full, parts, 0, answer, wanted.n_parts);
  decision.certificate = parts.certificate(0);
  if (!parts.label_mass.empty()) decision.label_mass = parts.label_mass(0);
  if (wanted.sources) decision.sources = lead_by_source(parts, answer, names_of_sources(ready.set));
  if (wanted.prompt) decision.prompt = shown(ready.set.prompts[0], service.options().chat != nullptr);
  return decision;
}

/// There is nothing to choose from.
Decision only_option() { return {.probabilities = {1}}; }

std::vector<Decision> decide_by_model(Service& service, const Asked& asked, std::stop_token gone) {
  const std::string state = text_of(asked.state);
  std::vector<Decision> decisions(asked.questions.size(), only_option());
  std::vector<Ready> ready;
  std::vector<std::size_t> questions;  // of each of `ready`
  for (std::size_t i = 0; i < asked.questions.size(); ++i) {
    if (asked.questions[i].options.size() < 2) continue;
    ready.push_back(make_ready(service, asked.questions[i], asked, state));
    questions.push_back(i);
  }
  for (const auto& [kind, members] : by_kind(ready, asked.wanted)) {
    std::vector<PromptIds> prompts;
    for (std::size_t member : members)
      prompts.push_back(ids_with_sources(service, ready[member], asked.wanted.sources));
    const std::vector<PassResult> results = service.ask(kind, std::move(prompts), gone);
    for (std::size_t k = 0; k < members.size(); ++k) {
      const std::size_t question = questions[members[k]];
      throw_if_failed(results[k], asked.questions[question].place);
      decisions[question] = decision_of(service, ready[members[k]], results[k].parts, asked.wanted);
    }
  }
  return decisions;
}

}  // namespace

std::vector<Decision> decide(Service& service, const Asked& asked, std::stop_token gone) {
  return asked.reader ? decide_by_reader(service, asked, gone) : decide_by_model(service, asked, gone);
}

}  // namespace partwise::internal
