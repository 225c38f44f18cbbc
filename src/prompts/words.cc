#include "prompts/words.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "jinja/code_points.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kShortest = 2;  // characters of a word

bool is_in_word(char32_t character) {
  return character == U'_' || jinja::is_letter(character) || jinja::is_decimal(character) ||
         jinja::is_other_number(character);
}

std::int32_t hash_of(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char byte : word) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return static_cast<std::int32_t>((hash ^ (hash >> 31)) & 0x7fffffff);
}

}  // namespace

std::vector<std::int32_t> word_hashes(std::string_view text) {
  const std::u32string characters = jinja::decode(jinja::lower(replace_invalid_utf8(text)));
  std::vector<std::int32_t> hashes;
  for (auto begin = characters.begin(); begin != characters.end();) {
    begin = std::find_if(begin, characters.end(), is_in_word);
    const auto end = std::find_if_not(begin, characters.end(), is_in_word);
    const std::u32string_view word(begin, end);
    if (word.size() >= kShortest) hashes.push_back(hash_of(jinja::encode(word)));
    begin = end;
  }
  return hashes;
}

std::vector<std::int32_t> word_hashes(const Prompt& prompt) {
  std::vector<std::int32_t> all;
  for (const TextSpan& own : prompt.row_text) {
    const auto some = word_hashes(std::string_view(prompt.text).substr(own.begin, own.end - own.begin));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Array<std::int32_t> padded_words(const std::vector<std::vector<std::int32_t>>& of_each) {
  std::size_t most = 1;
  for (const auto& own : of_each) most = std::max(most, own.size());
  Array<std::int32_t> words({std::ssize(of_each), static_cast<std::int64_t>(most)}, -1);
  for (std::size_t i = 0; i < of_each.size(); ++i)
    std::ranges::copy(of_each[i], words.data() + static_cast<std::ptrdiff_t>(i * most));
  return words;
}

Array<std::int32_t> words_of(const std::vector<Prompt>& prompts) {
  if (std::ranges::all_of(prompts, [](const Prompt& prompt) { return prompt.row_text.empty(); })) return {};
  std::vector<std::vector<std::int32_t>> of_each;
  for (const Prompt& prompt : prompts) of_each.push_back(word_hashes(prompt));
  return padded_words(of_each);
}

}  // namespace partwise::internal
