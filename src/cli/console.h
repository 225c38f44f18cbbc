// The program's output: data on standard output, messages on standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/listener.h"

namespace partwise::internal {

/// One line of JSON. Bytes that are not UTF-8, which file names may hold, become U+FFFD.
std::string json_line(const OrderedJson& value);

/// Thrown if nobody reads our output any more ("partwise ... | head"). The program then ends without an error.
struct OutputClosed {};

class Console {
 public:
  bool quiet = false;  // print errors only, no other messages

  /// Writes to standard output. The text may stay in a buffer until `flush`. Errors: failure if it cannot be written
  /// (disk full); OutputClosed.
  void print(std::string_view text);
  void print_json(const OrderedJson& value) { print(json_line(value) + "\n"); }
  void flush();

  /// Prints `text` and a newline to standard error, unless `quiet`. On a terminal it is folded at spaces, but for a
  /// text of several lines, and for one that is indented, which quotes something.
  void note(std::string_view text) const;
  /// Passes notes on to `note` and ignores progress. The console must outlive it.
  Listener listener() const;
  void error(std::string_view message, std::string_view hint) const;

  /// Whether data may be coloured: standard output is a terminal that is not "dumb", and NO_COLOR is unset or empty.
  bool colour() const;
  /// How many columns the terminal has that data goes to; 0 if standard output is a file or a pipe.
  std::size_t width() const;
};

/// Writes to standard error. If that fails, the message is lost, and the work goes on.
void write_message(std::string_view text);

/// Whether standard error is a terminal that can redraw a line.
bool messages_on_terminal();

}  // namespace partwise::internal
