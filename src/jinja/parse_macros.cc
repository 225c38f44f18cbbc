// {% macro %} and {% call %}.
#include <algorithm>
#include <utility>

#include "jinja/failure.h"
#include "jinja/parser.h"

namespace partwise::internal::jinja {

void Parser::parse_signature(MacroBody& macro) {
  expect_sign("(");
  while (!is_sign(")")) {
    const int line = current().line;
    macro.parameters.push_back(parse_single_target(false).name);
    const auto begin = macro.parameters.begin(), last = macro.parameters.end() - 1;
    if (std::find(begin, last, *last) != last) fail_at(line, "a macro has the parameter '" + *last + "' twice");
    if (skip_sign("=")) {
      macro.defaults.push_back(parse_expression());
    } else if (!macro.defaults.empty()) {
      fail_at(line, "non-default argument follows default argument");
    }
    if (!skip_sign(",")) break;
  }
  expect_sign(")");
}

void Parser::parse_macro_body(MacroBody& macro, std::string_view end) {
  const std::size_t before = names_.size();
  const int n_loops = std::exchange(n_loops_, 0);
  macro.body = parse_body({end});
  n_loops_ = n_loops;
  macro.uses_caller = uses("caller", before);
  macro.uses_varargs = uses("varargs", before);
  macro.uses_kwargs = uses("kwargs", before);
  const auto caller = std::ranges::find(macro.parameters, "caller");
  const auto n_required = static_cast<std::ptrdiff_t>(macro.parameters.size() - macro.defaults.size());
  if (macro.uses_caller && caller != macro.parameters.end() && caller - macro.parameters.begin() < n_required)
    fail_here("the parameter 'caller' of a macro needs a default");
  next();
}

StatementPtr Parser::parse_macro() {
  auto node = make<Macro>();
  next();
  node->target = parse_single_target(false);
  node->macro.name = node->target.name;
  parse_signature(node->macro);
  parse_macro_body(node->macro, "endmacro");
  return node;
}

StatementPtr Parser::parse_call_block() {
  auto node = make<CallBlock>();
  next();
  if (is_sign("(")) parse_signature(node->caller);
  const int line = current().line;
  ExpressionPtr call = parse_expression();
  if (dynamic_cast<Call*>(call.get()) == nullptr) fail_at(line, "expected call");
  node->call.reset(static_cast<Call*>(call.release()));
  node->caller.name = "caller";
  parse_macro_body(node->caller, "endcall");
  return node;
}

}  // namespace partwise::internal::jinja
