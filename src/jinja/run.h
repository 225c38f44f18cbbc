// The state of one rendering.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/budget.h"
#include "jinja/builder.h"
#include "jinja/clock.h"
#include "jinja/object.h"
#include "jinja/value.h"
#include "jinja/variables.h"

namespace partwise::internal::jinja {

struct Expression;

/// The variables of one scope. Only inner scopes hold on to outer ones, so that no cycle keeps them.
struct Frame {
  std::vector<Value> slots;
  std::shared_ptr<Frame> parent;
};

class Run {
 public:
  /// Both must outlive it.
  Run(const Variables& variables, const Limits& limits, const Clock& clock);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Value evaluate(const Expression& expression);
  /// A variable of the caller or a function that every template has; nullptr if there is none.
  const Value* find_variable(std::string_view name) const;
  Value make_namespace(std::shared_ptr<Namespace> made);
  const Clock& clock() const { return clock_; }

  // Nodes change these and put them back.
  std::shared_ptr<Frame> frame;
  Builder* out = nullptr;
  int line = 0;                  // that is computed, for errors
  bool prints_undefined = true;  // as nothing; otherwise it is an error

  /// One more level of nodes, as long as it exists. Errors: bad_data past the limit.
  class Level {
   public:
    explicit Level(Run& run);
    ~Level() { --run_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Run& run_;
  };

 private:
  std::map<std::string_view, const Value*> variables_;
  Limits limits_;
  const Clock& clock_;
  Budget budget_;
  int depth_ = 0;
  std::vector<std::shared_ptr<Namespace>> namespaces_;  // emptied at the end: they may hold each other
};

}  // namespace partwise::internal::jinja
