#include "jinja/failure.h"
#include "jinja/loop.h"
#include "jinja/statements.h"

namespace partwise::internal::jinja {

namespace {

/// While it exists, names are those of `frame`.
class Entered {
 public:
  Entered(Run& run, std::shared_ptr<Frame> frame) : run_(run), outer_(run.frame) { run.frame = std::move(frame); }
  ~Entered() { run_.frame = outer_; }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Run& run_;
  std::shared_ptr<Frame> outer_;
};

}  // namespace

Flow For::execute(Run& run) const {
  const bool finishes_a_round = run_body(run);
  if (!has_else || finishes_a_round) return Flow::normal;
  const Entered inside(run, else_scope.open(run, run.frame));
  return otherwise.execute(run);
}

/// Whether the body reached its end once. As in jinja2, a loop whose only rounds end with `break` or `continue` counts
/// as empty.
bool For::run_body(Run& run) const {
  std::function<bool(const Value&)> keeps;
  if (condition) {
    keeps = [this, &run, frame = condition_scope.open(run, run.frame)](const Value& item) {
      const Entered inside(run, frame);
      condition_target.assign(run, item);
      return is_true(run.evaluate(*condition));
    };
  }
  const auto loop = std::make_shared<Loop>(items_of(run.evaluate(*iterable)), std::move(keeps));
  const auto frame = scope.open(run, run.frame);
  bool finishes_a_round = false;
  while (const auto item = loop->next()) {
    Budget::count_steps(1);
    const Entered inside(run, frame);
    target.assign(run, *item);
    if (uses_loop) frame->slots[static_cast<std::size_t>(loop_place.slot)] = Value(std::shared_ptr<Object>(loop));
    scope.begin(run, *frame);
    const Flow flow = body.execute(run);
    if (flow == Flow::leave) break;
    finishes_a_round = finishes_a_round || flow == Flow::normal;
  }
  return finishes_a_round;
}

void For::bind(const Binding& binding) {
  iterable->bind(binding);
  condition_target = target;
  scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        if (uses_loop) symbols.declare_parameter("loop");
        target.declare(symbols, true);
        body.declare(symbols);
      },
      [&](const Binding& inside) {
        target.bind(inside);
        if (uses_loop) loop_place = inside.symbols.place_of("loop");
        body.bind(inside);
      });
  else_scope = bind_scope(
      binding.symbols, [&](Symbols& symbols) { otherwise.declare(symbols); },
      [&](const Binding& inside) { otherwise.bind(inside); });
  if (!condition) return;
  condition_scope = bind_scope(
      binding.symbols,
      [&](Symbols& symbols) {
        condition_target.declare(symbols, true);
        condition->declare(symbols);
      },
      [&](const Binding& inside) {
        condition_target.bind(inside);
        condition->bind(inside);
      });
}

}  // namespace partwise::internal::jinja
