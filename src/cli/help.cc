#include "cli/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace partwise::internal {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLeftColumn = 24;

constexpr std::string_view kPurpose =
    "partwise takes a language model's answer apart: what every attention head and MLP adds to each label.";

/// "--threads N", "-o,--output FILE", "[FILE]"
std::string option_name(const CLI::Option& option) {
  if (option.get_positional()) return option.get_type_name();
  const std::string name = option.get_name(false, true);
  if (option.get_type_size() == 0) return name;
  const std::string type = option.get_type_name();  // "N:INT in [0 - 4096]": the checks follow the colon
  return fmt::format("{} {}", name, type.substr(0, type.find(':')));
}

std::string option_line(const CLI::Option& option) {
  const std::string name = option_name(option);
  const std::string text = wrap(option.get_description(), kWidth, kLeftColumn + 2);
  if (name.size() + 2 > kLeftColumn) return fmt::format("  {}\n{:{}}{}\n", name, "", kLeftColumn + 2, text);
  return fmt::format("  {:{}}{}\n", name, kLeftColumn, text);
}

std::string indented(std::string_view lines) {
  std::string text = "  ";
  for (char c : lines) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::string wrapped;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const bool fits = column + 1 + word.size() <= width || wrapped.empty();
    if (!wrapped.empty()) wrapped += fits ? " " : "\n" + std::string(indent, ' ');
    column = (fits ? column + !wrapped.empty() : indent) + word.size();
    wrapped += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return wrapped;
}

std::string short_help() {
  return fmt::format(
      "{}\n\n"
      "To begin with:\n"
      "  partwise demo                  shows the whole method on built-in data, in about a minute\n"
      "  partwise inspect MODEL         shows what a model file holds, and whether it can be used\n"
      "  partwise decompose --help      explains how to use your own model, task and data\n\n"
      "All commands: partwise --help\n",
      kPurpose);
}

std::string program_help() {
  std::string text = fmt::format("{}\n\nUsage: partwise COMMAND [options]\n\nCommands:\n", kPurpose);
  for (const CommandInfo& info : commands()) text += fmt::format("  {:12}{}\n", info.name, info.summary);
  return text +
         "\npartwise COMMAND --help tells more; partwise --version says which version this is.\n"
         "Exit codes: 0 done, 1 failure, 2 usage, 65 bad data, 66 missing input, 70 a bug of ours, 130 interrupted.\n";
}

std::string command_help(const CommandInfo& info, const CLI::App& app) {
  std::string text = fmt::format("partwise {}: {}\n\nUsage: {}\n\n{}\n\nOptions:\n", info.name, info.summary,
                                 wrap(fmt::format("partwise {} {}", info.name, info.usage), kWidth, 9),
                                 wrap(info.description, kWidth, 0));
  for (const CLI::Option* option : app.get_options()) text += option_line(*option);
  return fmt::format("{}\nExample:\n{}\n", text, indented(info.example));
}

}  // namespace partwise::internal
