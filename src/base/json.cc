#include "base/json.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"

template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace partwise::internal {

namespace {

constexpr int kMaxDepth = 200;

/// Whether brackets outside of strings nest deeper than kMaxDepth.
bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      i += c == '\\';
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

/// The library's message without its "[json.exception...] " tag, and shortened if it quotes the text.
std::string reason(const Json::exception& error) {
  std::string text = error.what();
  if (std::size_t tag = text.find("] "); text.starts_with('[') && tag != std::string::npos) text.erase(0, tag + 2);
  if (text.size() > 300) text = text.substr(0, 300) + " ...";
  return replace_invalid_utf8(text);
}

/// `text` with all its strings emptied.
std::string without_strings(std::string_view text) {
  std::string rest;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    if (!in_string) rest += text[i];
    i += in_string && text[i] == '\\';
  }
  return rest;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Whether something follows the first object; `bare` has neither strings nor white space.
bool goes_on_after_object(std::string_view bare) {
  int depth = 0;
  for (std::size_t i = 0; i < bare.size() && bare[0] == '{'; ++i) {
    depth += (bare[i] == '{') - (bare[i] == '}');
    if (depth == 0) return bare.substr(i + 1, 1) == "{" || bare.substr(i + 1, 1) == ",";
  }
  return false;
}

/// Mistakes in the marks between values; `rest` has no strings.
std::string hint_of_marks(std::string rest) {
  std::erase_if(rest, is_space);
  if (goes_on_after_object(rest))
    return "something follows the object: rows are one object a line, without commas between them";
  for (const char* comma : {",}", ",]"})
    if (rest.find(comma) != std::string::npos)
      return fmt::format("take the comma before the closing {} away", comma[1]);
  return {};
}

/// What other programs write that is not JSON.
std::string hint_of_syntax(std::string_view text) {
  const std::string rest = without_strings(text);
  const auto holds = [&](const char* word) { return rest.find(word) != std::string::npos; };
  for (const char* word : {"NaN", "Infinity"})
    if (holds(word)) return fmt::format("{} is no JSON: write null", word);
  if (holds("'") || holds("None") || holds("True") || holds("False"))
    return "this looks like Python's spelling: json.dumps writes JSON";
  return hint_of_marks(rest);
}

/// `on_event` is called with every value while it is parsed.
template <class AnyJson>
AnyJson parse(std::string_view text, std::string_view where, const typename AnyJson::parser_callback_t& on_event) {
  if (nests_too_deep(text)) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: JSON nested more than {} levels deep", where, kMaxDepth));
  }
  try {
    return AnyJson::parse(text, on_event);
  } catch (const Json::exception& error) {
    const std::string why = reason(error);
    const bool is_half = why.find("surrogate") != std::string::npos;
    throw Error(ErrorCode::bad_data, fmt::format("{}: not valid JSON: {}", where, why),
                is_half ? "half of a pair such as \\ud83d\\ude00 stands alone, which is no character: the text was cut "
                          "within one; take it out or write \\ufffd"
                        : hint_of_syntax(text));
  }
}

/// Objects that are no deeper than `deepest` may not have a key twice; the outermost is at depth 1.
template <class AnyJson>
AnyJson parse_object(std::string_view text, std::string_view where, int deepest = 1) {
  using Event = typename AnyJson::parse_event_t;
  std::map<int, std::set<std::string>> keys_at;  // of the objects that are open, by depth
  AnyJson object = parse<AnyJson>(text, where, [&](int depth, Event event, AnyJson& key) {
    if (event == Event::object_start) keys_at[depth + 1].clear();
    if (event != Event::key || depth > deepest || keys_at[depth].insert(key.template get<std::string>()).second)
      return true;
    throw Error(ErrorCode::bad_data, fmt::format("{}: the key {} is given twice", where, key.dump()));
  });
  if (!object.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{}: a row is a JSON object", where));
  return object;
}

}  // namespace

Json parse_json(std::string_view text, std::string_view where) { return parse<Json>(text, where, nullptr); }

Json parse_json_object(std::string_view text, std::string_view where) { return parse_object<Json>(text, where); }

OrderedJson parse_ordered_json_object(std::string_view text, std::string_view where) {
  return parse_object<OrderedJson>(text, where);
}

OrderedJson parse_distinct_json_object(std::string_view text, std::string_view where) {
  return parse_object<OrderedJson>(text, where, kMaxDepth);
}

Json read_json_file(const std::filesystem::path& path) { return parse_json(read_text_file(path), path.string()); }

}  // namespace partwise::internal
