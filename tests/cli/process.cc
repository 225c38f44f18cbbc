#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "support/paths.h"

namespace partwise::internal::test {

namespace {

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  return ends;
}

/// The two ends of a terminal. The first is our end.
std::array<int, 2> make_terminal() {
  const int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0) throw std::runtime_error("cannot make a terminal");
  return {ours, open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC)};
}

bool take(int fd, std::string& text) {
  char block[4096];
  const ssize_t n = ::read(fd, block, sizeof block);
  if (n > 0) text.append(block, static_cast<std::size_t>(n));
  return n > 0;
}

[[noreturn]] void become(const std::string& command, const std::filesystem::path& folder,
                         const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  if (chdir(folder.c_str()) == 0) execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

}  // namespace

Process::Process(const std::string& command, const std::filesystem::path& folder,
                 const std::map<std::string, std::string>& environment, Errors errors) {
  ::signal(SIGPIPE, SIG_IGN);  // a program that ends early must not end the test
  const auto in = make_pipe(), out = make_pipe();
  const auto err = errors == Errors::terminal ? make_terminal() : make_pipe();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot start a process");  // -1 would signal every process
  if (pid_ == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    become(command, folder, environment);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
}

Process::~Process() {
  close_input();
  close(out_);
  close(err_);
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::write(const std::string& text) {
  if (::write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the program does not read its input");
  }
}

void Process::close_input() {
  if (in_ >= 0) close(in_);
  in_ = -1;
}

std::string Process::read_line() {
  while (pending_out_.find('\n') == std::string::npos && take(out_, pending_out_)) {
  }
  const std::size_t end = pending_out_.find('\n');
  const std::string line = pending_out_.substr(0, end);
  pending_out_.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

bool Process::wait_for_error(const std::string& text) {
  while (pending_err_.find(text) == std::string::npos) {
    if (!take(err_, pending_err_)) return false;
  }
  return true;
}

void Process::signal(int number) { kill(pid_, number); }

Process::Result Process::finish() {
  close_input();
  Result result{0, pending_out_, pending_err_};
  std::array<pollfd, 2> open = {pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    poll(open.data(), open.size(), -1);
    if (open[0].revents && !take(out_, result.out)) open[0].fd = -1;
    if (open[1].revents && !take(err_, result.err)) open[1].fd = -1;
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::map<std::string, std::string> program_environment(const std::filesystem::path& home) {
  const char* path = std::getenv("PATH");
  const std::filesystem::path golden = source_dir() / "tests" / "golden";
  const std::filesystem::path tools = source_dir() / "tests" / "cli" / "tools";
  return {{"PATH", build_dir().string() + ":" + tools.string() + ":" + (path ? path : "")},
          {"HOME", home.string()},
          {"MODEL", (golden / "tiny-llama").string()},
          {"GGUF", (golden / "tiny-llama.gguf").string()},
          {"GOLDEN", golden.string()},
          {"XDG_CACHE_HOME", ""},
          {"HF_HUB_CACHE", ""},
          {"HUGGINGFACE_HUB_CACHE", ""},
          {"HF_HOME", ""},
          {"TERM", "xterm"},
          {"NO_COLOR", ""},
          {"PARTWISE_DEMO_MODEL", ""}};
}

Process::Result run(const std::string& command, const std::filesystem::path& folder) {
  return Process(command, folder, program_environment(folder)).finish();
}

}  // namespace partwise::internal::test
