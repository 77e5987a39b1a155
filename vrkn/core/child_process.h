#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace vrkn {

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< what it returned
  int signal = 0;  ///< what killed it; 0: nothing did

  bool is_success() const { return code == 0 && signal == 0; }
  /// "exit code 1", "killed by signal 9 (Killed)".
  std::string to_text() const;
};

/// How a child begins.
struct ChildOptions {
  /// File descriptors that become its standard streams; -1: nothing to read, and what it prints is thrown away.
  int input = -1, output = -1, errors = -1;
  /// In a process group of its own Ctrl-C reaches only us, who may want to end its work well.
  bool own_group = false;
  /// Should this process die, however that happens, the kernel sends the child SIGTERM. The kernel watches the thread
  /// that starts the child, so it must live as long as the child may.
  bool ends_with_us = false;
};

/// A program that works for this process.
class ChildProcess {
 public:
  /// Starts `program`, a path or a name to be found on PATH, without a shell; `arguments[0]` is the name it goes by.
  /// Throws DataError when it cannot be started.
  static ChildProcess start(const std::string& program, const std::vector<std::string>& arguments,
                            const ChildOptions& options);

  ChildProcess() = default;  ///< no child
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  /// Asks the child to end if it still runs, and waits for it.
  ~ChildProcess();

  bool runs() const { return id_ != 0; }
  pid_t id() const { return id_; }
  void send(int signal) const;
  /// How it ended, or nothing while it runs.
  std::optional<ExitStatus> poll();
  /// Waits for its end. Returns at once, with success, where no child runs.
  ExitStatus wait();

 private:
  explicit ChildProcess(pid_t id) : id_(id) {}

  pid_t id_ = 0;  // 0: it has ended, or another object has it
};

/// The last line of what was written to the file `descriptor`; empty when there is none.
std::string last_line(int descriptor);

}  // namespace vrkn
