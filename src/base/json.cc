#include "base/json.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/json_reason.h"
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

void check_depth(std::string_view text, std::string_view where) {
  if (nests_too_deep(text))
    throw Error(ErrorCode::bad_data, fmt::format("{}: JSON nested more than {} levels deep", where, kMaxDepth));
}

[[noreturn]] void fail_at_syntax(std::string_view text, std::string_view where, const std::string& why) {
  const bool is_half = why.find("surrogate") != std::string::npos;
  throw Error(ErrorCode::bad_data, fmt::format("{}: not valid JSON: {}", where, why),
              is_half ? "half of a pair such as \\ud83d\\ude00 stands alone, which is no character: the text was cut "
                        "within one; take it out or write \\ufffd"
                      : hint_of_syntax(text));
}

/// `on_event` is called with every value while it is parsed.
template <class AnyJson>
AnyJson parse(std::string_view text, std::string_view where, const typename AnyJson::parser_callback_t& on_event) {
  check_depth(text, where);
  try {
    return AnyJson::parse(text, on_event);
  } catch (const Json::exception& error) {
    fail_at_syntax(text, where, json_reason(error.what()));
  }
}

/// Builds JSON whose objects keep the order of their keys and have none twice. nlohmann's own parser looks through an
/// ordered object for each key that it adds.
class DistinctBuilder : public nlohmann::json_sax<OrderedJson> {
 public:
  explicit DistinctBuilder(std::string_view where) : where_(where) {}

  OrderedJson take() { return std::move(root_); }
  const std::string& fault() const { return fault_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(OrderedJson::object()); }
  bool start_array(std::size_t) override { return open(OrderedJson::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    Open& object = open_.back();
    if (!object.keys.insert(value).second)
      throw Error(ErrorCode::bad_data, fmt::format("{}: the key {} is given twice", where_, OrderedJson(value).dump()));
    object.key = std::move(value);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    fault_ = error.what();
    return false;
  }

 private:
  struct Open {
    OrderedJson value;
    std::string key;  // of the next member
    std::unordered_set<std::string> keys;
  };

  bool add(OrderedJson value) {
    constexpr std::int64_t kMostValues = 500'000;
    if (++n_values_ > kMostValues)
      throw Error(ErrorCode::bad_data, fmt::format("{} has more than {} values", where_, kMostValues));
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (OrderedJson& parent = open_.back().value; parent.is_array()) {
      parent.push_back(std::move(value));
    } else {
      using Members = OrderedJson::object_t::Container;
      static_cast<Members&>(parent.get_ref<OrderedJson::object_t&>()).emplace_back(open_.back().key, std::move(value));
    }
    return true;
  }

  bool open(OrderedJson empty) {
    open_.push_back({std::move(empty), {}, {}});
    return true;
  }

  bool close() {
    OrderedJson value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  std::string_view where_;
  OrderedJson root_;
  std::vector<Open> open_;
  std::int64_t n_values_ = 0;
  std::string fault_;
};

template <class AnyJson>
AnyJson parse_object(std::string_view text, std::string_view where) {
  using Event = typename AnyJson::parse_event_t;
  std::set<std::string> keys;
  AnyJson object = parse<AnyJson>(text, where, [&](int depth, Event event, AnyJson& key) {
    if (event != Event::key || depth != 1 || keys.insert(key.template get<std::string>()).second) return true;
    throw Error(ErrorCode::bad_data, fmt::format("{}: the key {} is given twice", where, key.dump()));
  });
  if (!object.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{}: a row is a JSON object", where));
  return object;
}

}  // namespace

std::string json_reason(std::string text) {
  if (std::size_t tag = text.find("] "); text.starts_with('[') && tag != std::string::npos) text.erase(0, tag + 2);
  if (text.size() > 300) text = text.substr(0, 300) + " ...";
  return replace_invalid_utf8(text);
}

Json parse_json(std::string_view text, std::string_view where) { return parse<Json>(text, where, nullptr); }

Json parse_json_object(std::string_view text, std::string_view where) { return parse_object<Json>(text, where); }

OrderedJson parse_ordered_json_object(std::string_view text, std::string_view where) {
  return parse_object<OrderedJson>(text, where);
}

OrderedJson parse_distinct_json_object(std::string_view text, std::string_view where) {
  check_depth(text, where);
  DistinctBuilder builder(where);
  if (!OrderedJson::sax_parse(text, &builder)) fail_at_syntax(text, where, json_reason(builder.fault()));
  OrderedJson object = builder.take();
  if (!object.is_object()) throw Error(ErrorCode::bad_data, fmt::format("{} is no JSON object", where));
  return object;
}

Json read_json_file(const std::filesystem::path& path) { return parse_json(read_text_file(path), path.string()); }

}  // namespace partwise::internal
