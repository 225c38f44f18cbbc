// Which variable a name is. Names are bound as jinja2's compiler binds them (its idtracking.py): each scope's names are
// found before the scopes inside it, and what a name holds when its scope begins depends on how the scope uses it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace partwise::internal::jinja {

/// A variable: `slot` of the frame that is `up` frames further out.
struct Place {
  int up = 0, slot = 0;
};

/// What a slot holds when its scope begins.
struct Load {
  enum class Kind { parameter, variable, outer, nothing };
  Kind kind = Kind::nothing;
  Place place = {};  // of Kind::outer: where it is copied from, seen from the outer frame
};

class Symbols {
 public:
  explicit Symbols(const Symbols* parent = nullptr) : parent_(parent) {}

  void declare_parameter(const std::string& name);
  void store(const std::string& name);
  void load(const std::string& name);
  /// Joins what the branches of an `if` found; they began as copies of this.
  void join(const std::vector<Symbols>& branches);
  std::size_t size() const { return loads_.size(); }

  /// Call this when all names of the scope are found.
  void finish();
  /// After finish(). Errors: internal if the name was not found.
  Place place_of(const std::string& name) const;
  struct Entry {
    std::string name;
    Load load;
  };
  /// By slot, and sorted by name.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  bool knows(const std::string& name) const;

  const Symbols* parent_;
  std::map<std::string, Load::Kind> loads_;
  std::set<std::string> stores_;
  std::vector<Entry> entries_;
};

}  // namespace partwise::internal::jinja
