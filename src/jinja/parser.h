// Tokens become nodes, by jinja2's grammar.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/lexer.h"
#include "jinja/statements.h"

namespace partwise::internal::jinja {

/// Errors of all functions: bad_data, with the line.
class Parser {
 public:
  explicit Parser(std::string_view source, Dialect dialect = Dialect::chat) : tokens_(tokenize(source, dialect)) {}

  /// The whole template, with its names bound.
  Root parse();

 private:
  // Tokens: parser.cc
  const Token& current() const { return tokens_[at_]; }
  const Token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is_sign(std::string_view sign) const { return current().kind == Token::Kind::sign && current().value == sign; }
  bool is_word(std::string_view word) const { return current().kind == Token::Kind::name && current().value == word; }
  bool skip_sign(std::string_view sign);
  bool skip_word(std::string_view word);
  void expect_sign(std::string_view sign);
  void expect_word(std::string_view word);
  void expect(Token::Kind kind);
  std::string expect_name();
  Token next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  [[noreturn]] void fail_here(const std::string& message) const;
  std::string described() const;

  template <class Node>
  std::unique_ptr<Node> make() const {
    auto node = std::make_unique<Node>();
    node->line = current().line;
    return node;
  }

  // Statements: parse_statements.cc, parse_macros.cc
  Block parse_until(std::initializer_list<std::string_view> words);
  Block parse_body(std::initializer_list<std::string_view> words);
  void parse_output(Block& block);
  StatementPtr parse_statement();
  StatementPtr parse_if();
  StatementPtr parse_for();
  StatementPtr parse_set();
  StatementPtr parse_with();
  StatementPtr parse_filter_block();
  StatementPtr parse_generation();
  StatementPtr parse_jump();
  StatementPtr parse_macro();
  StatementPtr parse_call_block();
  void parse_signature(MacroBody& macro);
  void parse_macro_body(MacroBody& macro, std::string_view end);
  Target parse_target(bool may_be_attribute);
  Target parse_single_target(bool may_be_attribute);
  void check_loop_is_free(const Target& target) const;
  bool uses(std::string_view name, std::size_t since) const;

  // Expressions: parse_expressions.cc, parse_postfix.cc
  ExpressionPtr parse_tuple(bool with_choice, bool in_parentheses = false);
  ExpressionPtr parse_expression(bool with_choice = true);
  ExpressionPtr parse_choice();
  ExpressionPtr parse_or();
  ExpressionPtr parse_and();
  ExpressionPtr parse_not();
  ExpressionPtr parse_comparison();
  std::optional<Comparison::Operation> take_comparison();
  ExpressionPtr parse_sum();
  ExpressionPtr parse_concatenation();
  ExpressionPtr parse_product();
  ExpressionPtr parse_power();
  ExpressionPtr parse_unary(bool with_filters = true);
  ExpressionPtr parse_primary();
  ExpressionPtr parse_word();
  ExpressionPtr parse_number();
  ExpressionPtr parse_text();
  ExpressionPtr parse_list();
  ExpressionPtr parse_dict();
  ExpressionPtr parse_postfix(ExpressionPtr node);
  ExpressionPtr parse_filters_and_tests(ExpressionPtr node);
  ExpressionPtr parse_subscript(ExpressionPtr node);
  ExpressionPtr parse_key(ExpressionPtr node);
  ExpressionPtr parse_call(ExpressionPtr node);
  CallArguments parse_arguments();
  void parse_argument(CallArguments& arguments);
  ExpressionPtr parse_filters(ExpressionPtr node, bool begins_inside = false);
  ExpressionPtr parse_test(ExpressionPtr node);
  bool begins_test_argument() const;

  /// One more level of syntax, as long as it exists.
  class Level {
   public:
    explicit Level(Parser& parser);
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0, n_loops_ = 0;
  std::vector<std::string> names_;  // that were read, in order
};

}  // namespace partwise::internal::jinja
