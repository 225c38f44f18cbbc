// A short form of fuzzing for any compiler. fuzz_NAME CORPUS runs each file of the corpus, then a fixed number of
// changed copies, which are the same every time. Each file is one test.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <limits>

#include "base/file.h"
#include "base/random.h"
#include "fuzz/support.h"

namespace partwise::internal::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kCopies = 400;     // per file
constexpr int kMostChanges = 4;  // per copy
constexpr std::size_t kMostBytes = 1 << 16;

using Numbers = std::numeric_limits<std::int64_t>;
constexpr std::array<std::int64_t, 6> kNumbers = {0, -1, Numbers::min(), Numbers::max(), 1ll << 32, 1ll << 61};

std::size_t below(Random& random, std::size_t n) { return static_cast<std::size_t>(random.below(n)); }

void change(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
  const std::size_t at = below(random, bytes.size()),
                    n = 1 + below(random, std::min<std::size_t>(64, bytes.size() - at));
  const std::string& other = corpus[below(random, corpus.size())];
  const std::int64_t number = kNumbers[below(random, kNumbers.size())];
  switch (random.below(7)) {
    case 0:
      bytes.resize(at);
      break;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
      break;
    case 2:
      bytes[at] = static_cast<char>(random.below(256));
      break;
    case 3:
      std::memcpy(bytes.data() + at, &number, std::min(sizeof number, bytes.size() - at));
      break;
    case 4:
      bytes.replace(at, bytes.find_first_not_of("0123456789", at) - at, std::to_string(number));
      break;
    case 5:
      bytes.erase(at, n);
      break;
    default:
      bytes.insert(at, random.below(2) ? bytes.substr(at, n) : other.substr(below(random, other.size()), n));
  }
}

void run(const std::string& input) {
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  } catch (const std::exception& finding) {
    ADD_FAILURE() << finding.what() << "\nThe input, quoted:\n" << testing::PrintToString(input);
  }
}

/// Tests one file of the corpus and its changed copies.
class FileTest : public testing::Test {
 public:
  FileTest(const std::vector<std::string>& corpus, std::size_t index) : corpus_(corpus), index_(index) {}

  void TestBody() override {
    run(corpus_[index_]);
    Random random(index_);
    for (int i = 0; i < kCopies; ++i) {
      std::string copy = corpus_[index_];
      for (std::uint64_t n = 1 + random.below(kMostChanges); n > 0 && !copy.empty(); --n) change(copy, corpus_, random);
      run(copy.substr(0, kMostBytes));
    }
  }

 private:
  const std::vector<std::string>& corpus_;
  std::size_t index_;
};

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int run_tests(const fs::path& folder) {
  static std::vector<std::string> corpus;  // tests keep references to it
  const std::vector<fs::path> files = sorted_files(folder);
  for (const fs::path& file : files) corpus.push_back(read_text_file(file));
  for (std::size_t i = 0; i < files.size(); ++i) {
    testing::RegisterTest("Corpus", files[i].filename().c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [i]() -> testing::Test* { return new FileTest(corpus, i); });
  }
  return files.empty() ? 1 : RUN_ALL_TESTS();
}

}  // namespace
}  // namespace partwise::internal::fuzz

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 2) return partwise::internal::fuzz::run_tests(argv[1]);
  std::cerr << "give the folder of the corpus\n";
  return 1;
}
