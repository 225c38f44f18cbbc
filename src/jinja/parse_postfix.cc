// What follows a value: attributes, brackets, calls, filters and tests.
#include <fmt/format.h>

#include "jinja/failure.h"
#include "jinja/parser.h"

namespace partwise::internal::jinja {

ExpressionPtr Parser::parse_postfix(ExpressionPtr node) {
  for (int n = 0; is_sign(".") || is_sign("[") || is_sign("("); ++n) {
    if (n > kDeepestSyntax) fail_here("too many attributes and calls follow each other");
    node = is_sign("(") ? parse_call(std::move(node)) : parse_subscript(std::move(node));
  }
  return node;
}

ExpressionPtr Parser::parse_filters_and_tests(ExpressionPtr node) {
  for (int n = 0; is_sign("|") || is_word("is") || is_sign("("); ++n) {
    if (n > kDeepestSyntax) fail_here("too many filters and tests follow each other");
    if (is_sign("|")) {
      node = parse_filters(std::move(node));
    } else {
      node = is_sign("(") ? parse_call(std::move(node)) : parse_test(std::move(node));
    }
  }
  return node;
}

ExpressionPtr Parser::parse_subscript(ExpressionPtr node) {
  if (is_sign("[")) return parse_key(std::move(node));
  auto attribute = make<Attribute>();
  auto by_index = make<Subscript>();
  next();
  if (current().kind == Token::Kind::integer) {
    by_index->whole = std::move(node);
    by_index->key = parse_number();
    return by_index;
  }
  attribute->whole = std::move(node);
  attribute->name = expect_name();
  return attribute;
}

ExpressionPtr Parser::parse_key(ExpressionPtr node) {
  auto slice = make<Slice>();
  auto by_key = make<Subscript>();
  next();
  const auto part = [&] { return is_sign(":") || is_sign("]") || is_sign(",") ? nullptr : parse_expression(); };
  ExpressionPtr first = part();
  if (!is_sign(":")) {
    if (!first) fail_here(fmt::format("unexpected {}", described()));
    if (is_sign(",")) fail_here("several keys in brackets are not supported");
    expect_sign("]");
    by_key->whole = std::move(node);
    by_key->key = std::move(first);
    return by_key;
  }
  next();
  slice->whole = std::move(node);
  slice->start = std::move(first);
  slice->stop = part();
  if (skip_sign(":")) slice->step = part();
  if (is_sign(",")) fail_here("several keys in brackets are not supported");
  expect_sign("]");
  return slice;
}

ExpressionPtr Parser::parse_call(ExpressionPtr node) {
  auto call = make<Call>();
  call->callee = std::move(node);
  call->arguments = parse_arguments();
  return call;
}

CallArguments Parser::parse_arguments() {
  CallArguments arguments;
  expect_sign("(");
  while (!is_sign(")")) {
    parse_argument(arguments);
    if (!skip_sign(",")) break;
  }
  expect_sign(")");
  return arguments;
}

void Parser::parse_argument(CallArguments& arguments) {
  const char* const message = "invalid syntax for function call expression";
  const bool has_named = arguments.dict || !arguments.named.empty();
  if (is_sign("*")) {
    if (arguments.list || arguments.dict) fail_here(message);
    next();
    arguments.list = parse_expression();
  } else if (is_sign("**")) {
    if (arguments.dict) fail_here(message);
    next();
    arguments.dict = parse_expression();
  } else if (current().kind == Token::Kind::name && following().kind == Token::Kind::sign && following().value == "=") {
    if (arguments.dict) fail_here(message);
    const std::string name = next().value;
    for (const auto& [known, value] : arguments.named)
      if (known == name) fail_here(fmt::format("keyword argument repeated: {}", name));
    next();
    arguments.named.emplace_back(name, parse_expression());
  } else {
    if (arguments.list || has_named) fail_here(message);
    arguments.positional.push_back(parse_expression());
  }
}

/// `begins_inside`: the first name has no "|" in front, and its input is the text of a block.
ExpressionPtr Parser::parse_filters(ExpressionPtr node, bool begins_inside) {
  for (int n = 0; begins_inside || is_sign("|"); ++n) {
    if (n > kDeepestSyntax) fail_here("too many filters follow each other");
    if (!begins_inside) next();
    begins_inside = false;
    auto filter = make<Filter>();
    filter->input = std::move(node);
    filter->name = expect_name();
    while (skip_sign(".")) filter->name += "." + expect_name();
    if (is_sign("(")) filter->arguments = parse_arguments();
    node = std::move(filter);
  }
  return node;
}

bool Parser::begins_test_argument() const {
  switch (current().kind) {
    case Token::Kind::name:
      return !is_word("else") && !is_word("or") && !is_word("and");
    case Token::Kind::text:
    case Token::Kind::integer:
    case Token::Kind::real:
      return true;
    default:
      return is_sign("[") || is_sign("{");
  }
}

ExpressionPtr Parser::parse_test(ExpressionPtr node) {
  auto test = make<Test>();
  auto negated = make<Unary>();
  next();
  const bool is_negated = skip_word("not");
  test->input = std::move(node);
  test->name = expect_name();
  while (skip_sign(".")) test->name += "." + expect_name();
  if (is_sign("(")) {
    test->arguments = parse_arguments();
  } else if (begins_test_argument()) {
    if (is_word("is")) fail_here("You cannot chain multiple tests with is");
    test->arguments.positional.push_back(parse_postfix(parse_primary()));
  }
  if (!is_negated) return test;
  negated->sign = '!';
  negated->operand = std::move(test);
  return negated;
}

}  // namespace partwise::internal::jinja
