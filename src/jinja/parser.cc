#include "jinja/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

Parser::Level::Level(Parser& parser) : parser_(parser) {
  if (++parser_.depth_ <= kDeepestSyntax) return;
  --parser_.depth_;
  parser_.fail_here(fmt::format("the template nests more than {} levels deep", kDeepestSyntax));
}

std::string Parser::described() const {
  switch (current().kind) {
    case Token::Kind::end:
      return "the end of the template";
    case Token::Kind::variable_end:
      return "'}}'";
    case Token::Kind::block_end:
      return "'%}'";
    case Token::Kind::text:
      return "a string";
    default:
      return fmt::format("'{}'", printable(current().value.substr(0, 80)));
  }
}

void Parser::fail_here(const std::string& message) const { fail_at(current().line, message); }

bool Parser::skip_sign(std::string_view sign) {
  if (!is_sign(sign)) return false;
  next();
  return true;
}

bool Parser::skip_word(std::string_view word) {
  if (!is_word(word)) return false;
  next();
  return true;
}

void Parser::expect_sign(std::string_view sign) {
  if (!skip_sign(sign)) fail_here(fmt::format("'{}' is missing before {}", sign, described()));
}

void Parser::expect_word(std::string_view word) {
  if (!skip_word(word)) fail_here(fmt::format("'{}' is missing before {}", word, described()));
}

void Parser::expect(Token::Kind kind) {
  if (current().kind != kind) fail_here(fmt::format("unexpected {}", described()));
  next();
}

std::string Parser::expect_name() {
  if (current().kind != Token::Kind::name) fail_here(fmt::format("a name is missing before {}", described()));
  return next().value;
}

bool Parser::uses(std::string_view name, std::size_t since) const {
  return std::find(names_.begin() + static_cast<std::ptrdiff_t>(since), names_.end(), name) != names_.end();
}

Root Parser::parse() {
  Root root;
  root.body = parse_until({});
  root.bind();
  return root;
}

}  // namespace partwise::internal::jinja
