#include "tokenizer/gguf_pre_tokenizers.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "tokenizer/pretokenize.h"

namespace partwise::internal {

namespace {

// Upper-case letters before lower-case ones.
constexpr std::string_view kTekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kYoutu =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kYoutuScripts =
    R"([가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+)";
constexpr std::string_view kQwen35 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kUfakzeka =
    R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kJais2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1})";
constexpr std::string_view kBailing =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kSeedCoder =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kExaoneMoe =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kMiniCpm5 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kThreeDigits = R"(\p{N}{1,3})";
constexpr std::string_view kBloom = R"( ?[^(\s|.,!?…。，、।۔،)]+)";
constexpr std::string_view kFalconPunctuation = R"([\p{P}\$\+<=>\^~\|`]+)";
constexpr std::string_view kThreeAsciiDigits = R"([0-9][0-9][0-9])";
constexpr std::string_view kLine = R"([^\n]+|[\n]+)";
constexpr std::string_view kLineEnd = R"([\r\n])";
// The letters of those scripts that have upper and lower case.
constexpr std::string_view kDeepseekLetters =
    R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)";
constexpr std::string_view kDeepseekPunctuation = R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)";
constexpr std::string_view kTrailingSpace = R"(\s+(?![\s\S]))";
constexpr std::string_view kDeepseekIdeographs = R"([一-龥ࠀ-一가-퟿]+)";
constexpr std::string_view kSpaceAndLetters = R"(\s?\p{L}+)";
constexpr std::string_view kSpaceAndPunctuation = R"(\s?\p{P}+)";
constexpr std::string_view kIdeographsAndKana = R"([一-龥぀-ゟ゠-ヿ]+)";
constexpr std::string_view kDeepseek3 =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kSpark =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kChameleonSentinel = R"(<sentinel:[0-9]+>)";
constexpr std::string_view kChameleonImage = R"((IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z)";
constexpr std::string_view kChameleonSpace = R"(([\t\n]|    |  ))";
constexpr std::string_view kChameleonPunctuation = R"([\p{P}!-/:-@\[-`{-~])";
// The places between groups of three digits, counted from the right.
constexpr std::string_view kThousands = R"((?=(\d{3})+(?!\d)))";
// Groups of three digits, counted from the right of a number that no letter follows.
constexpr std::string_view kAyaThousands = R"(\d{1,3}(?=(?:\d{3})*(?![\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}])))";

using Expressions = std::vector<std::string_view>;
using Names = std::initializer_list<std::string_view>;

class Table {
 public:
  Table();
  std::vector<GgufPreTokenizer> take() { return std::move(rows_); }

 private:
  struct Flags {
    bool nfc = false, ignore_merges = false, adds_bos = false, mask_takes_space = false;
  };

  void add(const Expressions& expressions, Names names) { add(expressions, names, {}); }
  void add(const Expressions& expressions, Names names, const Flags& flags) {
    for (std::string_view name : names)
      rows_.push_back({name, expressions, flags.nfc, flags.ignore_merges, flags.adds_bos, flags.mask_takes_space});
  }
  void add_gpt2();
  void add_llama3();
  void add_qwen2();
  void add_by_case();
  void add_by_script();

  std::vector<GgufPreTokenizer> rows_;
};

Table::Table() {
  add_gpt2();
  add_llama3();
  add_qwen2();
  add_by_case();
  add_by_script();
  std::sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

void Table::add_gpt2() {
  add({kGpt2Expression}, {"gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "roberta-bpe", "gigachat", "a.x-4.0",
                          "mellum", "modern-bert", "exaone4", "jais", "trillion", "granite-docling"});
  add({kGpt2Expression}, {"jina-v2-es", "jina-v2-de", "jina-v2-code"}, {.mask_takes_space = true});
  add({kGpt2Expression}, {"mpt", "olmo"}, {.nfc = true});  // GPT-NeoX, Pythia, OLMo
  add({kDigitExpression, kGpt2Expression},
      {"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"});
  add({kFalconPunctuation, kGpt2Expression, kThreeAsciiDigits}, {"falcon"});
  add({kChameleonSentinel, kChameleonImage, kChameleonSpace, kDigitExpression, kChameleonPunctuation, kGpt2Expression},
      {"chameleon"}, {.adds_bos = true});
}

void Table::add_llama3() {
  add({kLlama3Expression},
      {"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"},
      {.ignore_merges = true, .adds_bos = true});
  add({kLlama3Expression}, {"dbrx", "smaug-bpe", "chatglm-bpe"});  // OLMo 2 calls itself dbrx
  add({kLlama3Expression}, {"glm4", "glm5"}, {.ignore_merges = true});
  add({kJais2}, {"jais-2"});
  add({kThreeDigits, kMiniCpm5}, {"minicpm5"}, {.ignore_merges = true});
}

void Table::add_qwen2() {
  add({kQwen2Expression}, {"qwen2", "deepseek-r1-qwen", "f2llmv2"},
      {.nfc = true});  // Qwen 2 and 3, and models derived from them
  add({kQwen2Expression}, {"stablelm2", "kormo", "hunyuan", "solar-open", "megrez", "grok-2"});
  add({kQwen35}, {"qwen35"}, {.nfc = true});
  add({kUfakzeka}, {"ufakzeka"});
  add({kLine, kQwen2Expression}, {"laguna"});
  add({kBailing}, {"bailingmoe", "bailingmoe2", "llada-moe"});
  add({kSeedCoder}, {"seed-coder"});
  add({kExaoneMoe}, {"exaone-moe"});
}

void Table::add_by_case() {
  add({kTekken}, {"tekken"}, {.ignore_merges = true, .adds_bos = true});  // Mistral Nemo and later
  add({kGpt4o}, {"gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"});
  add({kGpt4o}, {"granite-embed-multi-97m"}, {.ignore_merges = true});
  add({kAyaThousands, kGpt4o}, {"tiny_aya", "cohere2moe"});
  add({kYoutuScripts, kYoutu}, {"youtu"}, {.ignore_merges = true});
}

void Table::add_by_script() {
  add({kLineEnd, kDeepseekLetters, kDeepseekPunctuation, kTrailingSpace, kDeepseekIdeographs, kDigitsExpression},
      {"deepseek-llm"});
  add({kLineEnd, kSpaceAndLetters, kSpaceAndPunctuation, kDeepseekIdeographs, kDigitExpression}, {"deepseek-coder"});
  add({kThreeDigits, kIdeographsAndKana, kDeepseek3}, {"deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"});
  add({kThreeDigits, kIdeographsAndKana, kSpark, kDigitExpression}, {"spark2_5"});
  add({kBloom}, {"bloom", "poro-chat", "gpt3-finnish"});
  add({kBloom, kDigitExpression}, {"viking"});
  add({kDigitsExpression, kThousands}, {"superbpe"});
}

}  // namespace

const std::vector<GgufPreTokenizer>& gguf_pre_tokenizers() {
  static const std::vector<GgufPreTokenizer> all = Table().take();
  return all;
}

const GgufPreTokenizer* find_gguf_pre_tokenizer(std::string_view name) {
  const auto& all = gguf_pre_tokenizers();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& pre) { return pre.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace partwise::internal
