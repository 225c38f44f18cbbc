#include "serve/waiting.h"

#include <algorithm>
#include <map>
#include <utility>

namespace partwise::internal {

namespace {

std::int64_t n_shared(const PromptIds& a, const PromptIds& b) {
  return std::ranges::mismatch(a.ids, b.ids).in1 - a.ids.begin();
}

/// Fills a pass, prompt by prompt.
class PassInMaking {
 public:
  PassInMaking(const PassKind& kind, const PassQueue::Options& most) : most_(most) { pass_.kind = kind; }

  /// Takes the caller's next prompt, if there is room for it. Returns whether the caller may be asked again.
  bool take_from(const std::shared_ptr<Caller>& caller) {
    PromptIds& next = caller->prompts[caller->n_taken];
    const std::int64_t n = n_new_tokens(next);
    if (!pass_.prompts.empty() && (pass_.prompts.size() >= most_.most_prompts || n_tokens_ + n > most_.most_tokens))
      return false;
    n_tokens_ += n;
    latest_[caller.get()] = pass_.prompts.size();
    pass_.prompts.push_back(std::exchange(next, {}));
    pass_.places.push_back({caller, caller->n_taken++});
    return caller->n_taken < caller->prompts.size();
  }

  bool has(const Caller& caller) const { return latest_.contains(&caller); }
  SharedPass finish() { return std::move(pass_); }

 private:
  /// The tokens that the prompt does not share with the latest one of any caller: those of one caller begin alike.
  std::int64_t n_new_tokens(const PromptIds& prompt) const {
    std::int64_t most_shared = 0;
    for (const auto& [caller, latest] : latest_)
      most_shared = std::max(most_shared, n_shared(prompt, pass_.prompts[latest]));
    return std::ssize(prompt.ids) - most_shared;
  }

  const PassQueue::Options& most_;
  SharedPass pass_;
  std::int64_t n_tokens_ = 0;
  std::map<const Caller*, std::size_t> latest_;  // the prompt of each caller that was taken last
};

}  // namespace

bool SharedPass::is_shared() const {
  return std::ranges::any_of(places, [&](const Place& place) { return place.caller != places[0].caller; });
}

std::vector<SharedPass> by_caller(SharedPass shared) {
  std::map<const Caller*, SharedPass> passes;
  for (std::size_t i = 0; i < shared.prompts.size(); ++i) {
    SharedPass& own = passes[shared.places[i].caller.get()];
    own.kind = shared.kind;
    own.prompts.push_back(std::move(shared.prompts[i]));
    own.places.push_back(std::move(shared.places[i]));
  }
  std::vector<SharedPass> list;
  for (auto& [caller, own] : passes) list.push_back(std::move(own));
  return list;
}

void Waiting::remove(const Caller& caller) {
  callers_.remove_if([&](const auto& waiting) { return waiting.get() == &caller; });
}

std::size_t Waiting::n_prompts() const {
  std::size_t n = 0;
  for (const auto& caller : callers_) n += caller->prompts.size() - caller->n_taken;
  return n;
}

SharedPass Waiting::next(const PassQueue::Options& most) {
  PassInMaking pass(callers_.front()->kind, most);
  std::vector<std::shared_ptr<Caller>> asked;
  std::ranges::copy_if(callers_, std::back_inserter(asked),
                       [&](const auto& caller) { return caller->kind == callers_.front()->kind; });
  while (!asked.empty()) {
    std::vector<std::shared_ptr<Caller>> again;
    std::ranges::copy_if(asked, std::back_inserter(again), [&](const auto& caller) { return pass.take_from(caller); });
    asked = std::move(again);
  }
  std::list<std::shared_ptr<Caller>> had;
  for (auto at = callers_.begin(); at != callers_.end();) {
    const auto here = at++;
    if (pass.has(**here)) had.splice(had.end(), callers_, here);
  }
  had.remove_if([](const auto& caller) { return caller->n_taken == caller->prompts.size(); });
  callers_.splice(callers_.end(), had);
  return pass.finish();
}

}  // namespace partwise::internal
