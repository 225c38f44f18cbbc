#include "prompts/conversation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "prompts/label_words.h"
#include "prompts/sources.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A template in the style of ChatML, which takes white space off texts.
constexpr const char* kTrims = R"({% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content | trim }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %})";
/// In the style of Llama 2: no system message, and a space before an answer that is there.
constexpr const char* kBrackets =
    R"({{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% elif m.role ==
    'assistant' %} {{ m.content }} </s>{% else %}{{ raise_exception('No system, please') }}{% endif %}{% endfor %})";

std::filesystem::path tiny_llama() { return test::source_dir() / "tests" / "golden" / "tiny-llama"; }

std::shared_ptr<const Chat> chat_of(const std::string& source, bool as_turns = true, const std::string& bos = "") {
  const test::TempDir folder;
  test::write_file(folder / "t.jinja", source);
  return std::make_shared<const Chat>(
      Chat{ChatTemplate::of_file(folder / "t.jinja", tiny_llama()), as_turns, bos, "t.jinja"});
}

DataRow row(const std::string& text, const std::string& label) { return {{{"text", text}, {"label", label}}, "x"}; }

PromptSet prompts_of(std::shared_ptr<const Chat> chat, const std::string& description, const std::string& input,
                     PromptOptions options = {.shots = 2, .labelled = 2}) {
  Task task = parse_task("task: t\ndoc_to_target: label\nlabels: [good, bad]\ndoc_to_text: \"{{text}} =\"\n", "t.yaml");
  task.templates[0].description = description;
  options.chat = std::move(chat);
  return build_prompts(task, {row("fine", "good"), row("dull", "bad")}, {row(input, "bad")}, options);
}

/// The last prompt, with the demonstration "fine" first.
Prompt prompt_of(std::shared_ptr<const Chat> chat, const std::string& description, const std::string& input) {
  for (std::uint64_t seed = 0;; ++seed) {
    const PromptSet set = prompts_of(chat, description, input, {.shots = 2, .labelled = 2, .seed = seed});
    if (set.demonstration_labels[0] == 0) return set.prompts.back();
  }
}

TEST(Conversation, IsSystemTurnsAndTheRow) {
  const Prompt prompt = prompt_of(chat_of(kTrims), "Say how it is.", "mud");
  EXPECT_EQ(prompt.text,
            "<|im_start|>system\nSay how it is.<|im_end|>\n<|im_start|>user\nfine =<|im_end|>\n"
            "<|im_start|>assistant\ngood<|im_end|>\n<|im_start|>user\ndull =<|im_end|>\n"
            "<|im_start|>assistant\nbad<|im_end|>\n<|im_start|>user\nmud =<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_THAT(prompt.options, ElementsAre("good", "bad"));
  EXPECT_EQ(prompt.label_end, "<|im_end|>\n");
}

TEST(Conversation, MayBeOneUserText) {
  const Prompt prompt = prompt_of(chat_of(kTrims, false), "Say how it is.", "mud");
  EXPECT_EQ(prompt.text,
            "<|im_start|>user\nSay how it is.\n\nfine = good\ndull = bad\nmud =<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_THAT(prompt.options, ElementsAre("good", "bad"));
}

TEST(Conversation, ADescriptionThatCanBeNoSystemMessageBeginsTheFirstUserText) {
  const PromptSet set = prompts_of(chat_of(kBrackets), "Say how it is.", "mud", {.shots = 0, .labelled = 0});
  EXPECT_EQ(set.prompts[0].text, "<|im_start|>[INST] Say how it is.\n\nmud = [/INST]");
  EXPECT_EQ(set.info.text(facts::kChatInstruction), "user");
  EXPECT_THAT(set.notes.back(), HasSubstr("No system, please"));
  EXPECT_FALSE(prompts_of(chat_of(kTrims), "Say.", "mud").info.has(facts::kChatInstruction.key));
}

TEST(Conversation, ASpaceThatIsWrittenBeforeAnswersBelongsToLabelWords) {
  const Prompt prompt = prompt_of(chat_of(kBrackets), "", "mud");
  EXPECT_THAT(prompt.options, ElementsAre(" good", " bad"));
  EXPECT_EQ(prompt.label_end, " </s>");
  EXPECT_THAT(prompt.text, ::testing::EndsWith("[INST] dull = [/INST] bad </s>[INST] mud = [/INST]"));
}

TEST(Conversation, WhatComesBeforeAnswersAloneIsInThePrompt) {
  const Prompt prompt =
      prompt_of(chat_of("{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}<final>{% endif %}{{ "
                        "m.content }}<end>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"),
                "", "mud");
  EXPECT_THAT(prompt.text, ::testing::EndsWith("<user>mud =<end><assistant><final>"));
  EXPECT_THAT(prompt.options, ElementsAre("good", "bad"));
}

// Only white space at the ends: "mud" has some before it, and "=" nothing behind it.
TEST(Conversation, WhiteSpaceIsTakenOffAsTheTemplateDoes) {
  EXPECT_THAT(prompt_of(chat_of(kTrims), " Say. \n", " \n\tmud ").text,
              ::testing::AllOf(HasSubstr("system\nSay.<"), HasSubstr("user\nmud  =<")));
  EXPECT_THAT(prompt_of(chat_of(kBrackets), "", " \n\tmud ").text, HasSubstr("[INST]  \n\tmud  = [/INST]"));
}

TEST(Conversation, RowsSpellTextAndTheTemplateSpellsTokens) {
  const auto tokenizer = load_tokenizer(tiny_llama());
  PromptSet set = prompts_of(chat_of(kTrims), "", "<|im_end|> <|im_start|>", {.shots = 0, .labelled = 0});
  tokenize_prompts(set, tokenizer.get(), 1000, 1000);
  const std::vector<TokenId>& ids = set.prompts[0].ids;
  EXPECT_EQ(std::ranges::count(ids, 1), 2) << "<|im_start|>";
  EXPECT_EQ(std::ranges::count(ids, 2), 1) << "<|im_end|>";
  PromptSet parsed = prompts_of(chat_of(kTrims), "", "<|im_end|> <|im_start|>",
                                {.shots = 0, .labelled = 0, .parse_special_in_rows = true});
  tokenize_prompts(parsed, tokenizer.get(), 1000, 1000);
  EXPECT_EQ(std::ranges::count(parsed.prompts[0].ids, 1), 3);
}

TEST(Conversation, ABosThatTheTemplateSpellsIsTheOnlyOne) {
  const PromptSet spelled = prompts_of(chat_of(kBrackets, true, "<|im_start|>"), "", "mud");
  EXPECT_EQ(spelled.bos, EncodeOptions::Bos::no);
  EXPECT_EQ(spelled.info.text(facts::kBos), "no") << "classify follows it";
  EXPECT_EQ(prompts_of(chat_of(kBrackets, true, "<s>"), "", "mud").bos, EncodeOptions::Bos::automatic);
  EXPECT_EQ(prompts_of(chat_of(kBrackets), "", "mud").bos, EncodeOptions::Bos::automatic);
  const PromptOptions with{.shots = 2, .labelled = 2, .bos = EncodeOptions::Bos::yes};
  EXPECT_EQ(prompts_of(chat_of(kBrackets, true, "<|im_start|>"), "", "mud", with).bos, EncodeOptions::Bos::yes);
}

TEST(Conversation, ALabelThatIsTheBeginningOfAnotherEndsAsTheTemplateEndsAnswers) {
  const auto tokenizer = load_tokenizer(tiny_llama());
  PromptSet set = prompts_of(chat_of(kTrims), "", "mud");
  set.prompts.back().options = {"bad", "bad good"};
  tokenize_prompts(set, tokenizer.get(), 1000, 1000);
  EXPECT_EQ(set.prompts.back().label_tokens[0].back(), 2) << "<|im_end|>";
}

TEST(Conversation, SourcesTellTheMessagesApart) {
  const auto tokenizer = load_tokenizer(tiny_llama());
  for (const std::string description : {"Say.", ""}) {
    PromptSet set = prompts_of(chat_of(kTrims), description, "mud");
    tokenize_prompts(set, tokenizer.get(), 1000, 1000);
    const auto names = source_names(set);
    EXPECT_THAT(names, ElementsAre("bos", "instruction", "demo0", "demo0_label", "demo1", "demo1_label",
                                   "generation_prompt", "input", "label_so_far"));
    std::vector<std::vector<TokenId>> ids(names.size());
    const auto sources = token_sources(set, tokenizer.get())[0];
    for (std::size_t i = 0; i < sources.size(); ++i)
      ids[static_cast<std::size_t>(sources[i])].push_back(set.prompts[0].ids[i]);
    std::vector<std::string> texts;
    for (const auto& some : ids) texts.push_back(tokenizer->decode(some, false));
    EXPECT_EQ(texts[0] + texts[1], description.empty() ? "<|im_start|>user\n" : "<|im_start|>system\nSay.");
    EXPECT_EQ(texts[6], "<|im_end|>\n<|im_start|>assistant\n");
    EXPECT_EQ(texts[7], "<|im_end|>\n<|im_start|>user\nmud =");
    EXPECT_THAT(texts[5], ::testing::StartsWith("<|im_end|>\n<|im_start|>assistant\n"));
  }
}

TEST(Conversation, ItsRecipeMakesTheSamePrompts) {
  for (const char* source : {kTrims, kBrackets})
    for (const bool as_turns : {true, false}) {
      const PromptSet set = prompts_of(chat_of(source, as_turns), " Say. ", " mud<|im_end|> \n");
      const PromptRecipe recipe = *set.info.find(facts::kRecipe);
      EXPECT_EQ(recipe_from_json(recipe_to_json(recipe)), recipe);
      const Prompt again = apply_recipe(recipe, row(" mud<|im_end|> \n", ""));
      const Prompt& prompt = set.prompts.back();
      EXPECT_EQ(again.text, prompt.text);
      EXPECT_EQ(again.literal, prompt.literal);
      EXPECT_EQ(again.spans, prompt.spans);
      EXPECT_EQ(again.options, prompt.options);
      EXPECT_EQ(again.label_end, prompt.label_end);
    }
}

TEST(Conversation, ARowThatTheTemplateTreatsInAnotherWayIsRefused) {
  const auto chat = chat_of("{% for m in messages %}[{{ m.role }}]{{ m.content.split('</think>')[-1] }}{% endfor %}");
  const Error error = error_of([&] { prompts_of(chat, "", "a</think>b"); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("x: the chat template treats this row's text in another way"));
}

TEST(Conversation, TemplatesThatDoNotWriteTheTextsAreRefused) {
  for (const auto& [source, what] :
       {std::pair("nothing", "does not write the text of message 1 (user) once"),
        {"{{ messages[-1].content }}{{ messages[-1].content }}", "message 1 (user) once"},
        {"{% for m in messages|reverse %}{{ m.content }}{% endfor %}", "the text of the last message last"},
        {"{% for m in messages %}{{ m.content }}{{ loop.length if ' ' in m.content }}{% endfor %}", "white space"}})
    EXPECT_THAT(error_of([&, text = source] { prompts_of(chat_of(text), "", "mud"); }).what(), HasSubstr(what));
}

TEST(Conversation, TheDateStandsStill) {
  const auto chat = chat_of("{{ strftime_now('%A %d %B %Y %j') }}{% for m in messages %} {{ m.content }}{% endfor %}");
  EXPECT_THAT(prompts_of(chat, "", "mud").prompts[0].text, ::testing::StartsWith("Friday 26 July 2024 208 "));
}

// Templates in the style of real ones. Whatever they do, the prompt is what they write for the messages.
TEST(Conversation, IsWhatTemplatesWrite) {
  const auto folder = test::source_dir() / "tests" / "jinja" / "templates";
  for (const char* name : {"brackets", "channels", "chatml", "header", "thinking", "turns"}) {
    const auto chat = std::make_shared<const Chat>(
        Chat{ChatTemplate::of_file(folder / (std::string(name) + ".jinja"), tiny_llama()), true, "", name});
    const Prompt prompt = prompt_of(chat, "Say how.", " mud ");
    const auto messages = OrderedJson::parse(R"([{"role": "system", "content": "Say how."},
        {"role": "user", "content": "fine ="}, {"role": "assistant", "content": "good"},
        {"role": "user", "content": "dull ="}, {"role": "assistant", "content": "bad"},
        {"role": "user", "content": " mud  ="}])");
    const auto july = [] {
      std::tm time{};
      time.tm_year = 124, time.tm_mon = 6, time.tm_mday = 26;
      return time;
    };
    const std::string text = chat->through.render({{"messages", messages}, {"enable_thinking", false}}, july);
    const bool indents = std::string(name) == "turns";  // texts, but not the place where the model is to answer
    EXPECT_EQ(prompt.text, text + (indents ? "       " : "")) << name;
    EXPECT_EQ(prompt.options[0], indents || std::string(name) == "brackets" ? " good" : "good") << name;
  }
}

}  // namespace
}  // namespace partwise::internal
