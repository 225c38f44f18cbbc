#include "jinja/template.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/utf8.h"
#include "jinja/budget.h"
#include "jinja/failure.h"
#include "jinja/parser.h"
#include "jinja/run.h"

namespace partwise::internal::jinja {

struct Template::Impl {
  std::string name;
  Dialect dialect;
  Root root;
};

namespace {

void check_source(std::string_view source, const std::string& name) {
  if (source.size() > kLongestTemplate) fail(name + ": the template is longer than 4 MiB");
  if (find_invalid_utf8(source) != std::string_view::npos) fail(name + ": the template is not UTF-8");
}

[[noreturn]] void rethrow(const std::string& place, const Error& error) {
  if (error.code() == ErrorCode::internal) throw error;
  throw Error(error.code(), place + error.what(), error.advice());
}

}  // namespace

Template::Template(std::string_view source, std::string name, Dialect dialect) : impl_(std::make_unique<Impl>()) {
  impl_->name = std::move(name);
  impl_->dialect = dialect;
  check_source(source, impl_->name);
  const Limits limits;
  const Budget budget(limits);
  try {
    impl_->root = Parser(source, dialect).parse();
  } catch (const Error& error) {
    rethrow(impl_->name + " ", error);
  }
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

std::string Template::render(const Variables& variables, const Clock& clock, const Limits& limits) const {
  Run run(variables, limits, clock);
  run.prints_undefined = impl_->dialect == Dialect::chat;
  try {
    return impl_->root.execute(run);
  } catch (const Error& error) {
    rethrow(fmt::format("{} line {}: ", impl_->name, run.line), error);
  }
}

}  // namespace partwise::internal::jinja
