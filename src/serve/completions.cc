#include <algorithm>
#include <ctime>
#include <utility>

#include "base/json.h"
#include "serve/body.h"
#include "serve/completion_request.h"
#include "serve/routes.h"
#include "serve/token_pieces.h"
#include "session/generate.h"
#include "session/token_log_probs.h"

namespace partwise::internal {

namespace {

/// The answer to one prompt. With log-probabilities, those of the tokens that are shown, and of a first one that
/// nothing precedes none.
struct Completion {
  Generated generated;
  std::vector<TokenLogProb> log_probs;
};

std::vector<TokenId> joined(std::vector<TokenId> ids, const std::vector<TokenId>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
  return ids;
}

class Completing {
 public:
  Completing(const Session& session, const CompletionRequest& asked, std::stop_token gone)
      : session_(session), asked_(asked), check_(stops_if(std::move(gone))) {
    for (const CompletionPrompt& prompt : asked.prompts) prompts_.push_back(prompt.ids);
  }

  std::vector<Completion> run() {
    if (asked_.is_score()) return scored();
    std::vector<Completion> all;
    for (Generated& generated : grown()) all.push_back({std::move(generated), {}});
    if (asked_.log_probs) add_log_probs(all);
    return all;
  }

 private:
  /// Reads every prompt once. What it says of the place behind the prompt is the token that follows.
  std::vector<Completion> scored() {
    std::vector<TextToScore> texts;
    for (const auto& ids : prompts_) texts.push_back({ids, 1, asked_.max_tokens > 0});
    std::vector<ScoredText> found = score(texts, std::max<std::int64_t>(1, *asked_.log_probs));
    std::vector<TokenId> first;
    for (const ScoredText& text : found)
      if (!text.next.empty()) first.push_back(text.next[0].id);
    std::vector<Completion> all;
    for (Generated& generated : grown(first)) {
      ScoredText& text = found[all.size()];
      if (!text.next.empty()) text.tokens.push_back({text.next[0].log_prob, std::move(text.next)});
      for (TokenLogProb& token : text.tokens) token.top.resize(std::min(token.top.size(), n_top()));
      all.push_back({std::move(generated), std::move(text.tokens)});
    }
    return all;
  }

  void add_log_probs(std::vector<Completion>& all) const {
    std::vector<TextToScore> texts;
    for (std::size_t i = 0; i < all.size(); ++i)
      texts.push_back({joined(prompts_[i], all[i].generated.ids), asked_.echo ? 1 : std::ssize(prompts_[i])});
    const std::vector<ScoredText> found = score(texts, *asked_.log_probs);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].log_probs = found[i].tokens;
  }

  /// The prompts grow some at a time, so that what is known of them stays known. `first` is empty or [n_prompts].
  std::vector<Generated> grown(const std::vector<TokenId>& first = {}) const {
    const std::span<const std::vector<TokenId>> prompts = prompts_;
    std::vector<Generated> all;
    for (std::size_t begin = 0; begin < prompts.size(); begin += n_together()) {
      const std::size_t n = std::min(n_together(), prompts.size() - begin);
      GenerateOptions options{.max_tokens = asked_.max_tokens,
                              .stop_texts = asked_.stop_texts,
                              .sampling = asked_.sampling,
                              .progress = check_};
      for (std::size_t i = begin; i < begin + n; ++i) {
        options.rows.push_back(static_cast<std::int64_t>(i));
        if (!first.empty()) options.first.push_back(first[i]);
      }
      for (Generated& one : generate(session_, prompts.subspan(begin, n), options)) all.push_back(std::move(one));
    }
    return all;
  }

  std::vector<ScoredText> score(const std::vector<TextToScore>& texts, std::int64_t n) const {
    return token_log_probs(session_, texts, n, check_);
  }

  std::size_t n_top() const { return static_cast<std::size_t>(*asked_.log_probs); }

  std::size_t n_together() const {
    const auto longest = std::ranges::max_element(prompts_, {}, [](const auto& ids) { return ids.size(); });
    return prompts_together(session_, std::ssize(*longest) + asked_.max_tokens);
  }

  const Session& session_;
  const CompletionRequest& asked_;
  ProgressFn check_;
  std::vector<std::vector<TokenId>> prompts_;
};

/// A prompt's answer as JSON.
class Choice {
 public:
  Choice(const Tokenizer& tokenizer, const CompletionRequest& asked, std::size_t index, const Completion& completion)
      : tokenizer_(tokenizer),
        asked_(asked),
        index_(index),
        prompt_(asked.prompts[index]),
        completion_(completion),
        generated_(completion.generated) {}

  OrderedJson json() const {
    OrderedJson choice;
    choice["text"] = (asked_.echo ? prompt_.text : "") + generated_.text;
    choice["index"] = index_;
    choice["logprobs"] = asked_.log_probs ? log_probs() : OrderedJson();
    const bool is_done = generated_.stopped == Stopped::stop_text || generated_.stopped == Stopped::end_token;
    choice["finish_reason"] = is_done ? "stop" : "length";
    return choice;
  }

 private:
  OrderedJson log_probs() const {
    const std::vector<TokenId> ids = asked_.echo ? joined(prompt_.ids, generated_.ids) : generated_.ids;
    const std::size_t before = ids.size() - completion_.log_probs.size();  // 1 if nothing precedes the first token
    OrderedJson tokens = OrderedJson::array(), own = OrderedJson::array(), top = OrderedJson::array();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      tokens.push_back(piece_of(tokenizer_, ids[i]));
      own.push_back(i < before ? OrderedJson() : OrderedJson(completion_.log_probs[i - before].log_prob));
      top.push_back(i < before ? OrderedJson() : top_of(ids[i], completion_.log_probs[i - before]));
    }
    return {{"tokens", std::move(tokens)},
            {"token_logprobs", std::move(own)},
            {"top_logprobs", std::move(top)},
            {"text_offset", offsets()}};
  }

  /// The most probable tokens, and the token itself. Of tokens that look the same, the most probable one.
  OrderedJson top_of(TokenId id, const TokenLogProb& token) const {
    OrderedJson top = OrderedJson::object();
    for (const LikelyToken& likely : token.top) top.emplace(piece_of(tokenizer_, likely.id), likely.log_prob);
    top.emplace(piece_of(tokenizer_, id), token.log_prob);
    return top;
  }

  std::vector<std::int64_t> offsets() const {
    std::vector<std::int64_t> all;
    if (asked_.echo) all = offsets_in(prompt_.text, bytes_of_prompt());
    const std::int64_t begin = asked_.echo ? count_characters(prompt_.text) : 0;
    for (const std::int64_t offset : offsets_in(generated_.text, bytes_of_generated())) all.push_back(begin + offset);
    return all;
  }

  std::vector<std::string> bytes_of_prompt() const {
    std::vector<std::string> bytes;
    for (const TokenId id : prompt_.ids) bytes.push_back(tokenizer_.bytes_of(id));
    if (prompt_.begins_silent) bytes.front() = "";
    return bytes;
  }

  /// Special tokens have no text there.
  std::vector<std::string> bytes_of_generated() const {
    std::vector<std::string> bytes;
    for (const TokenId id : generated_.ids) {
      const bool is_special = tokenizer_.decode({id}, true) != tokenizer_.decode({id}, false);
      bytes.push_back(is_special ? "" : tokenizer_.bytes_of(id));
    }
    return bytes;
  }

  const Tokenizer& tokenizer_;
  const CompletionRequest& asked_;
  std::size_t index_;
  const CompletionPrompt& prompt_;
  const Completion& completion_;
  const Generated& generated_;
};

OrderedJson usage_of(const CompletionRequest& asked, const std::vector<Completion>& completions) {
  std::size_t n_prompt = 0, n_generated = 0;
  for (const CompletionPrompt& prompt : asked.prompts) n_prompt += prompt.ids.size();
  for (const Completion& completion : completions) n_generated += completion.generated.ids.size();
  return {{"prompt_tokens", n_prompt}, {"completion_tokens", n_generated}, {"total_tokens", n_prompt + n_generated}};
}

}  // namespace

http::Response answer_completions(Service& service, const http::Request& request, std::stop_token gone) {
  const CompletionRequest asked = read_completion_request(service, json_body(request));
  const Turns::Turn turn(service.writing(), gone);
  const std::vector<Completion> completions = Completing(service.session(), asked, std::move(gone)).run();
  OrderedJson choices = OrderedJson::array();
  for (std::size_t i = 0; i < completions.size(); ++i)
    choices.push_back(Choice(tokenizer_of(service.loaded()), asked, i, completions[i]).json());
  return json_response({{"id", "cmpl-" + request.id},
                        {"object", "text_completion"},
                        {"created", std::time(nullptr)},
                        {"model", service.options().model_name},
                        {"choices", std::move(choices)},
                        {"usage", usage_of(asked, completions)}});
}

}  // namespace partwise::internal
