// Templates of chats and of tasks: the part of Jinja that they use, computed as jinja2 does.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "jinja/clock.h"
#include "jinja/dialect.h"
#include "jinja/limits.h"
#include "jinja/variables.h"

namespace partwise::internal::jinja {

/// A parsed template. It may be rendered in several threads at the same time.
class Template {
 public:
  /// `name` stands for it in errors. Errors: bad_data with the line, for what is no Jinja, for what jinja2 has and we
  /// do not, and for templates that are too long or nest too deep.
  Template(std::string_view source, std::string name, Dialect dialect = Dialect::chat);
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  /// Errors: bad_data with the line: what the template raises, mistakes in it, and what goes past the limits.
  std::string render(const Variables& variables, const Clock& clock = {}, const Limits& limits = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace partwise::internal::jinja
