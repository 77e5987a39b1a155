#include <arpa/inet.h>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "tests/fuzz/targets.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file_descriptor.h"
#include "vrkn/report/page/page_server.h"

namespace vrkn::fuzz {
namespace {

/// A server of a folder without runs, as long as this process lives.
class Server {
 public:
  Server() {
    std::thread([this] { server_.run([] { return false; }); }).detach();
    const std::string url = server_.url();
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  /// Sends a request, no more, and reads the answer to its end.
  std::string answer(std::string_view request) const {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw Error("the page server is gone");
    }
    if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";  // refused meanwhile
    ::shutdown(socket.get(), SHUT_WR);
    std::string text;
    char part[4096];
    for (ssize_t count; (count = ::recv(socket.get(), part, sizeof(part), 0)) > 0;) {
      text.append(part, static_cast<size_t>(count));
    }
    return text;
  }

 private:
  static std::filesystem::path empty_folder() {
    const auto folder = std::filesystem::temp_directory_path() / ("vrkn-fuzz-runs-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    return folder;
  }

  report::LivePage page_{{empty_folder()}, {}};
  report::PageServer server_{page_, "fuzzing", "127.0.0.1", 0};
  uint16_t port_ = 0;
};

}  // namespace

void read_as_request(std::string_view input) {
  static const Server& server = *new Server;  // its threads outlive everything
  const std::string answer = server.answer(input);
  // Whatever was asked, it is answered in HTTP or not at all, and a good request is still served.
  if (!answer.empty() && !answer.starts_with("HTTP/1.")) std::abort();
  static int count = 0;
  if (++count % 1000 == 0 &&
      !server.answer("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200")) {
    std::abort();
  }
}

}  // namespace vrkn::fuzz
