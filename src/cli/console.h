// What the program says: data on standard output, messages on standard error.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/listener.h"

namespace partwise {

/// One line of JSON; bytes that are not UTF-8 (file names may hold some) become U+FFFD.
std::string json_line(const OrderedJson& value);

/// Thrown when nobody reads our output any more ("partwise ... | head"): no failure, there is only nothing left to do.
struct OutputClosed {};

class Console {
 public:
  bool quiet = false;  // no messages but errors

  /// Writes to standard output; it may stay in the buffer until `flush`.
  /// Errors: failure where it cannot be written (disk full); OutputClosed.
  void print(std::string_view text);
  void print_json(const OrderedJson& value) { print(json_line(value) + "\n"); }
  void flush();

  /// A message, unless `quiet`. A new line is added.
  void note(std::string_view text) const;
  /// Notes go to `note`; nobody hears of progress. Valid as long as the console.
  Listener listener() const;
  void error(std::string_view message, std::string_view hint) const;

  /// Whether data may be coloured: standard output is a terminal and NO_COLOR is not set.
  bool colour() const;
};

/// Writes to standard error. Where nothing takes it, it is lost: no work is given up for a message.
void write_message(std::string_view text);

/// Whether messages go to a terminal that can redraw a line.
bool messages_on_terminal();

}  // namespace partwise
