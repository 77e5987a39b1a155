#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace vrkn::sweep {

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< what it returned
  int signal = 0;  ///< what killed it; 0: nothing did

  bool is_success() const { return code == 0 && signal == 0; }
  /// "exit code 1", "killed by signal 9 (Killed)".
  std::string to_text() const;
};

/// A program that works for this process: should this one die, however that happens, the kernel sends it SIGTERM. It
/// reads nothing; what it prints is appended to a log.
class ChildProcess {
 public:
  /// Starts `program` with `arguments` (the first is its name), without a shell. Must be called by a thread that lives
  /// as long as the child may: the kernel watches the thread. Throws DataError when the program or the log cannot be
  /// opened.
  static ChildProcess start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                            const std::filesystem::path& log);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  /// Asks the child to end if it still runs, and waits for it.
  ~ChildProcess();

  pid_t id() const { return id_; }
  void send(int signal) const;
  /// How it ended, or nothing while it runs.
  std::optional<ExitStatus> poll();

 private:
  explicit ChildProcess(pid_t id) : id_(id) {}

  pid_t id_ = 0;  // 0: it has ended, or another object has it
};

}  // namespace vrkn::sweep
