#include "session/generate.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "session/text_stream.h"

namespace partwise::internal {

namespace {

constexpr std::array<std::string_view, 4> kNames = {"max_tokens", "stop_text", "end_token", "context"};

/// How tokens are spelled that end a turn, in the vocabularies of the models that are known.
constexpr std::string_view kTurnEnds[] = {"<|im_end|>", "<|eot_id|>",    "<|eom_id|>",      "<|endoftext|>",
                                          "<|end|>",    "<end_of_turn>", "<turn|>",         "<|eot|>",
                                          "<|return|>", "<eos>",         "<|end_of_text|>", "</s>"};

/// A prompt that is being continued.
class Growing {
 public:
  Growing(std::vector<TokenId> prompt, const GenerateOptions& options, const Tokenizer* tokenizer, std::uint64_t seed)
      : ids_(std::move(prompt)), options_(options), random_(seed) {
    if (tokenizer) stream_.emplace(*tokenizer, ids_.back(), options.stop_texts);
  }

  const std::vector<TokenId>& ids() const { return ids_; }
  bool is_done() const { return stopped_.has_value(); }
  void stop(Stopped why) { stopped_ = why; }

  /// The token that follows, as the point's vocabulary says.
  TokenId choose(const VocabularyAtPoints& found, std::int64_t point) {
    if (options_.sampling.is_greedy()) return found.top_ids(point, 0);
    const std::int64_t n = found.logits.dim(1);
    return draw_token(found.logits.flat().subspan(point * n, n), options_.sampling, random_);
  }

  /// Returns the text that has become certain.
  std::string add(TokenId id, std::int64_t point, std::span<const TokenId> ends, std::int64_t n_ctx) {
    ids_.push_back(id);
    out_.ids.push_back(id);
    out_.points.push_back(point);
    std::string piece = stream_ ? stream_->push(id) : "";
    stopped_ = why_stopped(id, ends, n_ctx);
    if (is_done() && stream_) piece += stream_->rest();
    return piece;
  }

  Generated result() && {
    if (stream_) out_.text = stream_->text();
    out_.stopped = *stopped_;
    return std::move(out_);
  }

 private:
  std::optional<Stopped> why_stopped(TokenId id, std::span<const TokenId> ends, std::int64_t n_ctx) const {
    if (std::ranges::find(ends, id) != ends.end()) return Stopped::end_token;
    if (stream_ && stream_->is_stopped()) return Stopped::stop_text;
    if (std::ssize(out_.ids) == options_.max_tokens) return Stopped::max_tokens;
    if (std::ssize(ids_) > n_ctx) return Stopped::context;
    return std::nullopt;
  }

  std::vector<TokenId> ids_;  // of the prompt and the text
  const GenerateOptions& options_;
  Random random_;
  std::optional<TextStream> stream_;
  std::optional<Stopped> stopped_;
  Generated out_;
};

class Generation {
 public:
  Generation(const Session& session, std::span<const std::vector<TokenId>> prompts, const GenerateOptions& options)
      : session_(session), options_(options), tokenizer_(session.loaded().tokenizer()) {
    if (tokenizer_) ends_ = end_tokens(*tokenizer_);
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      const auto row = options.rows.empty() ? i : static_cast<std::uint64_t>(options.rows[i]);
      texts_.emplace_back(prompts[i], options, tokenizer_, options.sampling.seed + row);
      if (options.max_tokens == 0) texts_.back().stop(Stopped::max_tokens);
    }
  }

  std::vector<Generated> run() {
    for (std::size_t i = 0; i < options_.first.size(); ++i)
      if (!texts_[i].is_done()) grow(i, options_.first[i], -1);
    while (step()) continue;
    std::vector<Generated> all;
    for (Growing& text : texts_) all.push_back(std::move(text).result());
    return all;
  }

 private:
  /// Adds a token to every text that is not done. Returns false if all are.
  bool step() {
    std::vector<std::size_t> which;
    std::vector<PromptIds> prompts;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i].is_done()) continue;
      which.push_back(i);
      prompts.push_back({texts_[i].ids(), {0}});  // any token: labels are not asked for
    }
    if (which.empty()) return false;
    const std::int64_t first = options_.recording ? options_.recording->n_points() : 0;
    const VocabularyAtPoints found = session_.decompose_points(prompts, pass_options()).vocabulary;
    for (std::size_t j = 0; j < which.size(); ++j) {
      const auto point = static_cast<std::int64_t>(j);
      grow(which[j], texts_[which[j]].choose(found, point), first + point);
    }
    return true;
  }

  void grow(std::size_t which, TokenId id, std::int64_t point) {
    const std::string piece = texts_[which].add(id, point, ends_, session_.loaded().config().n_ctx);
    if (options_.on_text && !piece.empty()) options_.on_text(which, piece);
    ++n_tokens_;
  }

  DecomposeOptions pass_options() const {
    DecomposeOptions options = session_.options();
    options.read_parts = false;
    options.stored = {};
    options.label_cache = nullptr;
    options.recording = options_.recording;
    options.vocabulary = {.logits = !options_.sampling.is_greedy(), .n_top = 1};
    if (options_.progress)
      options.progress = [this](const Progress&) {
        options_.progress({"generating", n_tokens_, options_.max_tokens * std::ssize(texts_), 1});
      };
    return options;
  }

  const Session& session_;
  const GenerateOptions& options_;
  const Tokenizer* tokenizer_;
  std::vector<TokenId> ends_;
  std::vector<Growing> texts_;
  std::int64_t n_tokens_ = 0;  // of all texts
};

}  // namespace

std::string_view name(Stopped stopped) { return kNames[static_cast<std::size_t>(stopped)]; }

std::vector<TokenId> end_tokens(const Tokenizer& tokenizer) {
  std::vector<TokenId> ends;
  if (tokenizer.eos_id()) ends.push_back(*tokenizer.eos_id());
  for (const std::string_view spelling : kTurnEnds) {
    const std::vector<TokenId> ids = tokenizer.encode(spelling, {.bos = EncodeOptions::Bos::no});
    if (ids.size() == 1 && tokenizer.decode(ids, true).empty()) ends.push_back(ids[0]);  // a special token
  }
  return ends;
}

std::vector<Generated> generate(const Session& session, std::span<const std::vector<TokenId>> prompts,
                                const GenerateOptions& options) {
  if (!options.stop_texts.empty() && !session.loaded().tokenizer())
    throw Error(ErrorCode::usage, "the model has no tokenizer, so no stop text can be found",
                "leave stop texts out, or add the model's tokenizer.json");
  return Generation(session, prompts, options).run();
}

Trace trace_generated(const Session& session, std::span<const std::vector<TokenId>> prompts,
                      std::span<const Generated> generated, bool is_greedy, const TraceOptions& asked,
                      const DecomposeOptions& options, const PointRecording* recording) {
  std::vector<Continuation> texts;
  std::vector<std::int64_t> points;
  for (std::size_t i = 0; i < generated.size(); ++i) {
    texts.push_back({prompts[i], generated[i].ids});
    points.insert(points.end(), generated[i].points.begin(), generated[i].points.end());
  }
  std::optional<RecordedSteps> recorded;
  if (recording) recorded.emplace(RecordedSteps{*recording, std::move(points)});
  Trace trace = session.trace(texts, asked, options, recorded ? &*recorded : nullptr);
  for (const TracedStep& step : trace.steps)
    check_internal(!is_greedy || step.margin >= 0, "a greedy text has the likeliest token everywhere");
  return trace;
}

bool may_record(const Session& session, std::int64_t n_tokens) {
  constexpr std::int64_t kMost = 256'000'000;
  return !session.compute().memory_bytes &&
         n_tokens * PointRecording::bytes_per_point(session.loaded().config()) <= kMost;
}

std::size_t prompts_together(const Session& session, std::int64_t n_tokens) {
  constexpr std::int64_t kMost = 16;
  const std::int64_t bytes = std::max<std::int64_t>(1, n_tokens) * bytes_per_known_token(session.loaded().config());
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(session.engine().known_rows().max_bytes() / bytes / 2, 1, kMost));
}

}  // namespace partwise::internal
