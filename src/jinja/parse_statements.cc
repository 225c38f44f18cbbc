// Blocks and statements.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "jinja/failure.h"
#include "jinja/parser.h"

namespace partwise::internal::jinja {

namespace {

/// Statements that jinja2 has and we do not.
constexpr std::array kRefused = {"autoescape", "block", "extends", "from", "import", "include", "print"};

std::string listed(std::initializer_list<std::string_view> words) {
  std::string list;
  for (std::string_view word : words) list += fmt::format("{}'{}'", list.empty() ? "" : " or ", word);
  return list;
}

}  // namespace

/// Statements up to a tag that begins with one of `words`, which stays the current token; with no words, to the end.
Block Parser::parse_until(std::initializer_list<std::string_view> words) {
  const Level level(*this);
  Block block;
  while (current().kind != Token::Kind::end) {
    if (current().kind != Token::Kind::block_begin) {
      parse_output(block);
      continue;
    }
    next();
    if (std::ranges::any_of(words, [&](std::string_view word) { return is_word(word); })) return block;
    block.statements.push_back(parse_statement());
    expect(Token::Kind::block_end);
  }
  if (words.size() > 0) fail_here(fmt::format("the template ends before {}", listed(words)));
  return block;
}

/// As parse_until, behind the rest of a tag.
Block Parser::parse_body(std::initializer_list<std::string_view> words) {
  skip_sign(":");
  expect(Token::Kind::block_end);
  return parse_until(words);
}

void Parser::parse_output(Block& block) {
  auto output = make<Output>();
  if (current().kind == Token::Kind::data) {
    output->text = next().value;
  } else {
    expect(Token::Kind::variable_begin);
    output->expression = parse_tuple(true);
    expect(Token::Kind::variable_end);
  }
  block.statements.push_back(std::move(output));
}

StatementPtr Parser::parse_statement() {
  if (is_word("if")) return parse_if();
  if (is_word("for")) return parse_for();
  if (is_word("set")) return parse_set();
  if (is_word("with")) return parse_with();
  if (is_word("macro")) return parse_macro();
  if (is_word("call")) return parse_call_block();
  if (is_word("filter")) return parse_filter_block();
  if (is_word("generation")) return parse_generation();
  if (is_word("break") || is_word("continue")) return parse_jump();
  if (std::ranges::any_of(kRefused, [&](const char* word) { return is_word(word); }))
    fail_here(fmt::format("the statement '{}' is not supported", current().value));
  fail_here(fmt::format("unknown tag {}", described()));
}

StatementPtr Parser::parse_if() {
  auto node = make<If>();
  do {
    next();
    ExpressionPtr condition = parse_tuple(false);
    Block body = parse_body({"elif", "else", "endif"});
    node->branches.emplace_back(std::move(condition), std::move(body));
  } while (is_word("elif"));
  if (skip_word("else")) node->otherwise = parse_body({"endif"});
  expect_word("endif");
  return node;
}

void Parser::check_loop_is_free(const Target& target) const {
  for (const Target& part : target.parts) check_loop_is_free(part);
  if (n_loops_ > 0 && !target.is_tuple && target.attribute.empty() && target.name == "loop")
    fail_at(target.line, "Can't assign to special loop variable in for-loop");
}

StatementPtr Parser::parse_for() {
  auto node = make<For>();
  next();
  ++n_loops_;
  node->target = parse_target(false);
  expect_word("in");
  node->iterable = parse_tuple(false);
  if (skip_word("if")) node->condition = parse_expression();
  if (is_word("recursive")) fail_here("a recursive loop is not supported");
  const std::size_t before = names_.size();
  node->body = parse_body({"endfor", "else"});
  --n_loops_;
  node->uses_loop = uses("loop", before);
  node->has_else = skip_word("else");
  if (node->has_else) node->otherwise = parse_body({"endfor"});
  expect_word("endfor");
  return node;
}

StatementPtr Parser::parse_set() {
  auto node = make<Set>();
  auto block = make<SetBlock>();
  next();
  Target target = parse_target(true);
  if (skip_sign("=")) {
    node->target = std::move(target);
    node->value = parse_tuple(true);
    return node;
  }
  block->target = std::move(target);
  if (is_sign("|")) block->filter = parse_filters(nullptr);
  block->body = parse_body({"endset"});
  expect_word("endset");
  return block;
}

StatementPtr Parser::parse_with() {
  auto node = make<With>();
  next();
  while (current().kind != Token::Kind::block_end) {
    if (!node->variables.empty()) expect_sign(",");
    Target target = parse_single_target(false);
    expect_sign("=");
    node->variables.emplace_back(std::move(target), parse_expression());
  }
  node->body = parse_body({"endwith"});
  expect_word("endwith");
  return node;
}

StatementPtr Parser::parse_filter_block() {
  auto node = make<FilterBlock>();
  next();
  node->filter = parse_filters(nullptr, true);
  node->body = parse_body({"endfilter"});
  expect_word("endfilter");
  return node;
}

StatementPtr Parser::parse_generation() {
  auto node = make<Generation>();
  next();
  const int n_loops = std::exchange(n_loops_, 0);  // a loop around it cannot be left from inside
  node->body = parse_body({"endgeneration"});
  n_loops_ = n_loops;
  expect_word("endgeneration");
  return node;
}

StatementPtr Parser::parse_jump() {
  auto node = make<Jump>();
  if (n_loops_ == 0) fail_here(fmt::format("'{}' outside of a loop", current().value));
  node->flow = next().value == "break" ? Flow::leave : Flow::skip;
  return node;
}

Target Parser::parse_single_target(bool may_be_attribute) {
  Target target;
  target.line = current().line;
  if (skip_sign("(")) {
    target = parse_target(may_be_attribute);
    expect_sign(")");
    return target;
  }
  target.name = expect_name();
  for (const char* constant : {"true", "false", "none", "True", "False", "None"})
    if (target.name == constant) fail_here("can't assign to 'const'");
  if (may_be_attribute && skip_sign(".")) target.attribute = expect_name();
  if (may_be_attribute && !target.attribute.empty()) names_.push_back(target.name);
  check_loop_is_free(target);
  return target;
}

Target Parser::parse_target(bool may_be_attribute) {
  const Level level(*this);
  Target whole;
  whole.line = current().line;
  do {
    const bool at_end = is_sign(")") || current().kind == Token::Kind::block_end;
    if (at_end && !whole.parts.empty()) {
      whole.is_tuple = true;
      break;
    }
    whole.parts.push_back(parse_single_target(may_be_attribute));
    if (is_sign(",")) whole.is_tuple = true;
  } while (skip_sign(","));
  return whole.is_tuple ? whole : Target(whole.parts[0]);
}

}  // namespace partwise::internal::jinja
