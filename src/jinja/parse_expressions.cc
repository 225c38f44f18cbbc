// Expressions, from the operators that bind least to those that bind most.
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "jinja/arithmetic.h"
#include "jinja/compare.h"
#include "jinja/failure.h"
#include "jinja/parser.h"

namespace partwise::internal::jinja {

namespace {

bool not_equal(const Value& a, const Value& b) { return !equal(a, b); }
bool is_less(const Value& a, const Value& b) { return less(a, b); }
bool is_less_or_equal(const Value& a, const Value& b) { return less_or_equal(a, b); }
bool is_greater(const Value& a, const Value& b) { return less(b, a, ">"); }
bool is_greater_or_equal(const Value& a, const Value& b) { return less_or_equal(b, a, ">="); }
bool is_in(const Value& a, const Value& b) { return contains(b, a); }
bool is_not_in(const Value& a, const Value& b) { return !contains(b, a); }

}  // namespace

ExpressionPtr Parser::parse_tuple(bool with_choice, bool in_parentheses) {
  auto listing = make<Listing>();
  listing->kind = Sequence::Kind::tuple;
  bool is_tuple = false;
  const auto at_end = [&] {
    return current().kind == Token::Kind::variable_end || current().kind == Token::Kind::block_end || is_sign(")");
  };
  while (!at_end()) {
    listing->items.push_back(parse_expression(with_choice));
    if (!skip_sign(",")) break;
    is_tuple = true;
  }
  if (is_tuple || (listing->items.empty() && in_parentheses)) return listing;
  if (listing->items.empty()) fail_here(fmt::format("an expression is missing before {}", described()));
  return std::move(listing->items[0]);
}

ExpressionPtr Parser::parse_expression(bool with_choice) {
  const Level level(*this);
  return with_choice ? parse_choice() : parse_or();
}

ExpressionPtr Parser::parse_choice() {
  ExpressionPtr value = parse_or();
  int n = 0;
  while (is_word("if")) {
    if (++n > kDeepestSyntax) fail_here("too many conditions follow each other");
    auto choice = make<Choice>();
    next();
    choice->condition = parse_or();
    choice->yes = std::move(value);
    if (skip_word("else")) {
      const Level level(*this);
      choice->no = parse_choice();
    }
    value = std::move(choice);
  }
  return value;
}

// Chains of operators make trees as deep as they are long, so each operator counts as a level.

ExpressionPtr Parser::parse_or() {
  ExpressionPtr left = parse_and();
  int n = 0;
  for (; is_word("or"); ++n) {
    if (n > kDeepestSyntax) fail_here("a chain of `or` is too long");
    auto node = make<Logical>();
    next();
    node->is_and = false;
    node->left = std::move(left);
    node->right = parse_and();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr Parser::parse_and() {
  ExpressionPtr left = parse_not();
  int n = 0;
  for (; is_word("and"); ++n) {
    if (n > kDeepestSyntax) fail_here("a chain of `and` is too long");
    auto node = make<Logical>();
    next();
    node->left = std::move(left);
    node->right = parse_not();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr Parser::parse_not() {
  if (!is_word("not")) return parse_comparison();
  const Level level(*this);
  auto node = make<Unary>();
  next();
  node->sign = '!';
  node->operand = parse_not();
  return node;
}

std::optional<Comparison::Operation> Parser::take_comparison() {
  if (skip_sign("==")) return equal;
  if (skip_sign("!=")) return not_equal;
  if (skip_sign("<")) return is_less;
  if (skip_sign("<=")) return is_less_or_equal;
  if (skip_sign(">")) return is_greater;
  if (skip_sign(">=")) return is_greater_or_equal;
  if (skip_word("in")) return is_in;
  if (!is_word("not") || following().kind != Token::Kind::name || following().value != "in") return std::nullopt;
  next();
  next();
  return is_not_in;
}

ExpressionPtr Parser::parse_comparison() {
  auto node = make<Comparison>();
  node->first = parse_sum();
  while (const auto operation = take_comparison()) node->rest.emplace_back(*operation, parse_sum());
  if (node->rest.empty()) return std::move(node->first);
  return node;
}

ExpressionPtr Parser::parse_sum() {
  ExpressionPtr left = parse_concatenation();
  int n = 0;
  for (; is_sign("+") || is_sign("-"); ++n) {
    if (n > kDeepestSyntax) fail_here("a chain of + and - is too long");
    auto node = make<Binary>();
    node->operation = next().value == "+" ? add : subtract;
    node->left = std::move(left);
    node->right = parse_concatenation();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr Parser::parse_concatenation() {
  auto node = make<Concatenation>();
  node->parts.push_back(parse_product());
  while (skip_sign("~")) node->parts.push_back(parse_product());
  if (node->parts.size() == 1) return std::move(node->parts[0]);
  return node;
}

ExpressionPtr Parser::parse_product() {
  ExpressionPtr left = parse_power();
  int n = 0;
  for (; is_sign("*") || is_sign("/") || is_sign("//") || is_sign("%"); ++n) {
    if (n > kDeepestSyntax) fail_here("a chain of products is too long");
    auto node = make<Binary>();
    const std::string sign = next().value;
    node->operation = sign == "*" ? multiply : sign == "/" ? divide : sign == "//" ? floor_divide : modulo;
    node->left = std::move(left);
    node->right = parse_power();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr Parser::parse_power() {
  ExpressionPtr left = parse_unary();
  int n = 0;
  for (; is_sign("**"); ++n) {
    if (n > kDeepestSyntax) fail_here("a chain of ** is too long");
    auto node = make<Binary>();
    next();
    node->operation = power;
    node->left = std::move(left);
    node->right = parse_unary();
    left = std::move(node);
  }
  return left;
}

ExpressionPtr Parser::parse_unary(bool with_filters) {
  const Level level(*this);
  ExpressionPtr node;
  if (is_sign("-") || is_sign("+")) {
    auto unary = make<Unary>();
    unary->sign = next().value[0];
    unary->operand = parse_unary(false);
    node = std::move(unary);
  } else {
    node = parse_primary();
  }
  node = parse_postfix(std::move(node));
  return with_filters ? parse_filters_and_tests(std::move(node)) : std::move(node);
}

ExpressionPtr Parser::parse_primary() {
  switch (current().kind) {
    case Token::Kind::name:
      return parse_word();
    case Token::Kind::text:
      return parse_text();
    case Token::Kind::integer:
    case Token::Kind::real:
      return parse_number();
    default:
      break;
  }
  if (is_sign("[")) return parse_list();
  if (is_sign("{")) return parse_dict();
  if (!skip_sign("(")) fail_here(fmt::format("unexpected {}", described()));
  ExpressionPtr node = parse_tuple(true, true);
  expect_sign(")");
  return node;
}

ExpressionPtr Parser::parse_word() {
  auto constant = make<Constant>();
  auto node = make<Name>();
  node->name = next().value;
  const std::string& name = node->name;
  if (name == "true" || name == "True" || name == "false" || name == "False") {
    constant->value = boolean(name == "true" || name == "True");
  } else if (name == "none" || name == "None") {
    constant->value = none();
  } else {
    names_.push_back(name);
    return node;
  }
  return constant;
}

ExpressionPtr Parser::parse_number() {
  auto node = make<Constant>();
  const Token token = next();
  if (token.kind == Token::Kind::real) {
    node->value = real(std::strtod(token.value.c_str(), nullptr));
    return node;
  }
  std::int64_t number = 0;
  const char* end = token.value.data() + token.value.size();
  if (std::from_chars(token.value.data(), end, number).ec != std::errc())
    fail_at(token.line, fmt::format("the number {} does not fit into 64 bits", token.value.substr(0, 80)));
  node->value = integer(number);
  return node;
}

/// Strings that follow each other are one.
ExpressionPtr Parser::parse_text() {
  auto node = make<Constant>();
  std::string whole;
  while (current().kind == Token::Kind::text) whole += next().value;
  node->value = text(whole);
  return node;
}

ExpressionPtr Parser::parse_list() {
  auto node = make<Listing>();
  expect_sign("[");
  while (!is_sign("]")) {
    node->items.push_back(parse_expression());
    if (!skip_sign(",")) break;
  }
  expect_sign("]");
  return node;
}

ExpressionPtr Parser::parse_dict() {
  auto node = make<Mapping>();
  expect_sign("{");
  while (!is_sign("}")) {
    ExpressionPtr key = parse_expression();
    expect_sign(":");
    node->entries.emplace_back(std::move(key), parse_expression());
    if (!skip_sign(",")) break;
  }
  expect_sign("}");
  return node;
}

}  // namespace partwise::internal::jinja
