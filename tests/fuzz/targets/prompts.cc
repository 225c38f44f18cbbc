// A file of ready prompts, and the checks of those that hold ids.
#include "prompts/prompts.h"

#include "fuzz/support.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  fuzz::fine_or_refused([&] {
    PromptSet set = parse_prompt_file({reinterpret_cast<const char*>(data), size}, "prompts.jsonl");
    fuzz::check(!set.prompts.empty(), "a prompt file holds a prompt");
    tokenize_prompts(set, nullptr, 16, 100);
  });
  return 0;
}
