#include "session/token_log_probs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "model/context.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

namespace {

using Ids = std::span<const TokenId>;

/// How many tokens are read in one pass at most, or one text. So others who use the session need not wait long.
constexpr std::int64_t kTokensTogether = 4096;

/// The ids that the model reads: the last one is not needed to score it.
Ids ids_read(const TextToScore& text) { return Ids(text.ids).first(text.ids.size() - (text.scores_next ? 0 : 1)); }

void check_text(const TextToScore& text, std::size_t number, const ModelConfig& c) {
  const auto fail = [&](const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::bad_data, fmt::format("text {}: {}", number, what), hint);
  };
  if (text.ids.empty()) fail("it has no token", "a text needs at least one token");
  check_internal(text.first >= 1 && text.first <= std::ssize(text.ids), "a token that is scored follows another one");
  if (const std::int64_t n = std::ssize(ids_read(text)); n > c.n_ctx)
    fail(fmt::format("it has {} tokens, the model's context {}", n, c.n_ctx), "shorten the text" + why_context_ends(c));
  for (const TokenId id : text.ids)
    if (id < 0 || id >= c.d_vocab)
      fail(fmt::format("token id {} is outside the model's vocabulary of {}", id, c.d_vocab),
           "these ids were made for another model");
}

/// Texts that are read in one pass. Of the texts that share a place, with all that comes before it, the first one owns
/// the read point.
class Reading {
 public:
  explicit Reading(std::span<const TextToScore> texts)
      : texts_(texts), prompts_(texts.size()), places_(texts.size()), first_point_(texts.size()) {
    const std::vector<Ids> all(ids_of(texts));
    const PrefixTree tree = build_prefix_tree(all);
    std::vector<Owner> owners(static_cast<std::size_t>(tree.n_rows()));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Ids read = ids_read(texts[i]);
      prompts_[i].ids.assign(read.begin(), read.end());
      for (std::int64_t p = texts[i].first - 1; p < std::ssize(read); ++p)
        places_[i].push_back(add(i, p, owners[row_of(tree, static_cast<std::int64_t>(i), p)]));
    }
  }

  /// Those that own points.
  std::vector<PromptIds> take_prompts() {
    std::vector<PromptIds> taken;
    std::int64_t n_points = 0;
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      first_point_[i] = n_points;
      n_points += std::ssize(prompts_[i].points);
      if (!prompts_[i].points.empty()) taken.push_back(std::move(prompts_[i]));
    }
    return taken;
  }

  std::vector<ScoredText> results(const PointParts& found, std::int64_t n_top) const {
    std::vector<ScoredText> all;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      ScoredText& scored = all.emplace_back();
      for (const Place& place : places_[i]) {
        const std::int64_t point = first_point_[place.owner] + place.point;
        scored.tokens.push_back({log_prob(found, point, place.label), top_of(found, point, n_top)});
      }
      if (!texts_[i].scores_next) continue;
      scored.next = std::move(scored.tokens.back().top);
      scored.tokens.pop_back();
    }
    return all;
  }

 private:
  /// A read point of the text `owner`, and one of its labels.
  struct Place {
    std::size_t owner;
    std::int64_t point, label;
  };
  struct Owner {
    std::size_t text = 0;
    std::int64_t point = -1;
  };

  static std::vector<Ids> ids_of(std::span<const TextToScore> texts) {
    std::vector<Ids> all;
    for (const TextToScore& text : texts) all.emplace_back(text.ids);
    return all;
  }

  Place add(std::size_t i, std::int64_t position, Owner& owner) {
    if (owner.point < 0) {
      owner = {i, std::ssize(prompts_[i].points)};
      prompts_[i].points.push_back({position, {}});
    }
    std::vector<TokenId>& labels = prompts_[owner.text].points[owner.point].label_ids;
    const std::vector<TokenId>& ids = texts_[i].ids;
    const TokenId id = position + 1 < std::ssize(ids) ? ids[position + 1] : 0;  // any token may come behind the text
    const std::int64_t label = std::ranges::find(labels, id) - labels.begin();
    if (label == std::ssize(labels)) labels.push_back(id);
    return {owner.text, owner.point, label};
  }

  static double log_prob(const PointParts& found, std::int64_t point, std::int64_t label) {
    return checked(double{found.block(found.flat.logits, point, 1)[label]} - found.vocabulary.log_sum_exp[point]);
  }

  static std::vector<LikelyToken> top_of(const PointParts& found, std::int64_t point, std::int64_t n_top) {
    std::vector<LikelyToken> top;
    const VocabularyAtPoints& all = found.vocabulary;
    for (std::int64_t j = 0; j < n_top && all.top_ids(point, j) >= 0; ++j)
      top.push_back({all.top_ids(point, j), checked(double{all.top_logits(point, j)} - all.log_sum_exp[point])});
    return top;
  }

  static double checked(double log_prob) {
    if (std::isfinite(log_prob)) return log_prob;
    throw Error(ErrorCode::failure, "the log-probability of a token is not finite",
                {"the model's weights may hold values that are not finite; inspecting it shows what it is made of",
                 {Step::inspect}});
  }

  std::span<const TextToScore> texts_;
  std::vector<PromptIds> prompts_;          // [n_texts]
  std::vector<std::vector<Place>> places_;  // [n_texts]
  std::vector<std::int64_t> first_point_;   // of each text, among all that are read
};

DecomposeOptions pass_options(const Session& session, std::int64_t n_top, const ProgressFn& progress) {
  DecomposeOptions options = session.options();
  options.read_parts = false;
  options.stored = {};
  options.label_cache = nullptr;
  options.vocabulary = {.log_sum_exp = true, .n_top = n_top};
  options.progress = progress;
  return options;
}

/// Neighbours that are read in one pass.
std::vector<std::span<const TextToScore>> split(std::span<const TextToScore> texts) {
  std::vector<std::span<const TextToScore>> parts;
  std::size_t begin = 0;
  std::int64_t n_tokens = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    n_tokens += std::ssize(texts[i].ids);
    if (i == begin || n_tokens <= kTokensTogether) continue;
    parts.push_back(texts.subspan(begin, i - begin));
    begin = i;
    n_tokens = std::ssize(texts[i].ids);
  }
  if (begin < texts.size()) parts.push_back(texts.subspan(begin));
  return parts;
}

}  // namespace

std::vector<ScoredText> token_log_probs(const Session& session, std::span<const TextToScore> texts, std::int64_t n_top,
                                        const ProgressFn& progress) {
  for (std::size_t i = 0; i < texts.size(); ++i) check_text(texts[i], i + 1, session.loaded().config());
  std::vector<ScoredText> all;
  const auto parts = split(texts);
  for (std::int64_t i = 0; i < std::ssize(parts); ++i) {
    Reading reading(parts[i]);
    PointParts found;
    if (const std::vector<PromptIds> prompts = reading.take_prompts(); !prompts.empty())
      found = session.decompose_points(prompts, pass_options(session, n_top, pass_of(progress, i, std::ssize(parts))));
    for (ScoredText& scored : reading.results(found, n_top)) all.push_back(std::move(scored));
  }
  return all;
}

}  // namespace partwise::internal
