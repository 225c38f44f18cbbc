#include "cli/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/remedy.h"

namespace partwise::internal {

namespace {

using Words = std::vector<std::string>;

/// Opens /dev/null in place of each standard stream that the caller closed. Otherwise the next file that we open would
/// take the stream's number, and our output would go into that file. The mode (read or write) is the wrong one on
/// purpose, so that using the stream still fails.
void hold_standard_streams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const bool closed = fcntl(fd, F_GETFD) < 0;
    if (closed && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

Words option_names(const CLI::App& app) {
  Words names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What to do about an option that does not exist.
std::string advice_on_option(const CLI::App& app, const std::string& name, const std::string& help) {
  const std::string match = closest_match(name, option_names(app));
  if (!match.empty()) return fmt::format("did you mean '{}'?", match);
  const auto options = app.get_options();
  const bool takes_words = std::ranges::any_of(options, [](const CLI::Option* o) { return o->get_positional(); });
  return takes_words ? fmt::format("{}; if this is none, write -- before it", help) : help;
}

/// What to do about a word where no word is expected. The name of a file may lack the option before it.
std::string advice_on_word(const CLI::App& app, const std::string& word, const std::string& help) {
  for (const char* name : {"--run", "--model"}) {
    const CLI::Option* option = app.get_option_no_throw(name);
    if (option && option->count() == 0 && is_there(word))
      return fmt::format("did you mean '{} {}'?", name, shell_word(word));
  }
  return help;
}

/// Reports what the parser refused. An option that does not exist is reported before any other mistake.
[[noreturn]] void refuse(const CLI::App& app, const CLI::ParseError& error, const std::string& help) {
  const Words rest = app.remaining();
  const auto option = std::find_if(rest.begin(), rest.end(), [](const std::string& word) { return word[0] == '-'; });
  if (option != rest.end()) {
    const std::string name = option->substr(0, option->find('='));
    throw Error(ErrorCode::usage, fmt::format("there is no option '{}'", name), advice_on_option(app, name, help));
  }
  if (!rest.empty())
    throw Error(ErrorCode::usage, fmt::format("'{}' was not expected", rest[0]), advice_on_word(app, rest[0], help));
  throw Error(ErrorCode::usage, error.what(), help);
}

void run_command(const CommandInfo& info, Words arguments, Console& console) {
  CLI::App app;
  app.set_help_flag("-h,--help", "show this text");
  const std::unique_ptr<Command> command = info.make();
  OptionList options(app);
  command->add_options(options);
  app.add_flag("-q,--quiet", console.quiet, "no messages but errors");
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them in reverse order
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return console.print(command_help(info, app));
  } catch (const CLI::ParseError& error) {
    refuse(app, error, fmt::format("partwise {} --help lists its options", info.name));
  }
  command->run(console);
}

void run_words(Words words, Console& console) {
  if (words.empty()) return console.print(short_help());
  const std::string first = words.front();
  if (first == "help" && words.size() > 1) return run_command(find_command(words[1]), {"--help"}, console);
  if (first == "--help" || first == "-h" || first == "help") return console.print(program_help());
  if (first == "--version") return console.print(fmt::format("partwise {}\n", version()));
  if (first == "-v" || first == "-V" || first == "version")
    throw Error(ErrorCode::usage, fmt::format("there is no '{}'", first), "did you mean '--version'?");
  if (first.starts_with("-")) {
    throw Error(ErrorCode::usage, fmt::format("the command comes before '{}'", first), "partwise COMMAND [options]");
  }
  run_command(find_command(first), {words.begin() + 1, words.end()}, console);
}

int fail(Console& console, const Error& error) {
  try {
    console.flush();  // the caller still gets the answers from before the error
  } catch (...) {
  }
  console.error(error.what(), hint_line(error));
  return static_cast<int>(error.code());
}

constexpr const char* kReport = "this is a bug of partwise: please report it with the command line and this message";

}  // namespace

int run_program(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  hold_standard_streams();
  install_interrupt_handlers();
  Console console;
  try {
    run_words({argv + std::min(argc, 1), argv + argc}, console);
    console.flush();
    return 0;
  } catch (const OutputClosed&) {
    return 0;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::internal) return fail(console, error);
    return fail(console, Error(ErrorCode::internal, error.what(), kReport));
  } catch (const std::bad_alloc&) {
    return fail(console, Error(ErrorCode::failure, "there is not enough memory for this",
                               "try a smaller --memory, a smaller model, or a machine with more"));
  } catch (const std::exception& error) {
    return fail(console, Error(ErrorCode::internal, error.what(), kReport));
  }
}

}  // namespace partwise::internal
