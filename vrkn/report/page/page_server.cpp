#include "vrkn/report/page/page_server.h"

#include <chrono>
#include <httplib.h>
#include <malloc.h>
#include <mutex>
#include <sys/socket.h>
#include <thread>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/report/page/page.h"

namespace vrkn::report {
namespace {

using Clock = std::chrono::steady_clock;

/// The disk is looked at this often at most, however many ask.
constexpr auto kRefreshInterval = std::chrono::seconds(1);
constexpr auto kStopInterval = std::chrono::milliseconds(100);
/// Connections served at once. One that sends half a request holds a thread, which sleeps, for kPatience_s.
constexpr size_t kThreads = 128;
constexpr time_t kPatience_s = 2;

/// Two servers must not share a port, as httplib's default would let them.
void allow_only_reuse_of_the_address(int socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// A host as it stands in a URL.
std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// The host of a request's Host header, without port and brackets.
std::string host_of(const std::string& header) {
  if (header.starts_with("[")) return header.substr(1, header.find(']') - 1);
  return header.substr(0, header.find(':'));
}

void refuse(httplib::Response& response, int status, const std::string& words) {
  response.status = status;
  response.set_content(words + "\n", "text/plain");
}

}  // namespace

struct PageServer::Impl {
  Impl(LivePage& live_page, std::string page_title, std::string address)
      : page(live_page), title(std::move(page_title)), host(std::move(address)) {}

  /// What is on the disk now, or was a moment ago. The lock must be held.
  void look() {
    if (Clock::now() - looked < kRefreshInterval) return;
    page.refresh();
    looked = Clock::now();
  }

  void set_up() {
    server.set_socket_options(allow_only_reuse_of_the_address);
    server.set_keep_alive_timeout(1);  // a stop waits for it
    server.set_read_timeout(kPatience_s);
    server.set_write_timeout(kPatience_s);
    server.set_payload_max_length(0);  // no request that is answered has a body
    server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server.set_default_headers({{"X-Content-Type-Options", "nosniff"},
                                {"Referrer-Policy", "no-referrer"},
                                {"Content-Security-Policy", page_policy(/*live=*/true) + "; frame-ancestors 'none'"}});
    server.set_pre_routing_handler([this](const auto& request, auto& response) {
      if (is_loopback(host) && !is_loopback(host_of(request.get_header_value("Host")))) {
        refuse(response, 403, "this server answers to its own name only");
      } else if (request.method != "GET" && request.method != "HEAD") {
        response.set_header("Allow", "GET, HEAD");
        refuse(response, 405, "only GET");
      } else {
        return httplib::Server::HandlerResponse::Unhandled;
      }
      return httplib::Server::HandlerResponse::Handled;
    });
    server.set_exception_handler([](const auto&, auto& response, std::exception_ptr failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        refuse(response, 500, error.what());
      }
    });
    server.Get("/", [this](const auto&, auto& response) {
      const std::scoped_lock lock(mutex);
      look();
      response.set_header("Cache-Control", "no-store");
      response.set_content(page_html(title, page.data(), /*live=*/true), "text/html; charset=utf-8");
    });
    server.Get("/data.json", [this](const auto& request, auto& response) {
      const std::scoped_lock lock(mutex);
      look();
      const std::string tag = fmt::format("\"{}-{}\"", started, page.version());
      response.set_header("ETag", tag);
      response.set_header("Cache-Control", "no-store");
      if (request.get_header_value("If-None-Match") == tag) {
        response.status = 304;
      } else {
        response.set_content(page.data(), "application/json");
      }
    });
    server.Get(R"(/media/(\d+))", [this](const auto& request, auto& response) {
      const std::scoped_lock lock(mutex);
      const std::optional<Medium> medium = page.medium(request.matches[1]);
      if (!medium) return refuse(response, 404, "nothing here");
      response.set_content(medium->bytes, medium->media_type.c_str());
    });
    server.set_error_handler([](const auto&, auto& response) {
      if (response.body.empty()) refuse(response, response.status, "nothing here");
    });
  }

  LivePage& page;
  std::string title;
  std::string host;
  int port = 0;
  httplib::Server server;
  std::mutex mutex;  // of the page and `looked`
  Clock::time_point looked = Clock::now() - kRefreshInterval;
  int64_t started =
      std::chrono::system_clock::now().time_since_epoch().count();  // tells this server from one before it
};

PageServer::PageServer(LivePage& page, std::string title, const std::string& host, int port)
    : impl_(std::make_unique<Impl>(page, std::move(title), host)) {
  if (port < 0 || port > 65535) throw ConfigError(fmt::format("--port is {}, but must be from 0 to 65535", port));
  impl_->set_up();
  if (port == 0) {
    impl_->port = impl_->server.bind_to_any_port(host);
  } else {
    impl_->port = impl_->server.bind_to_port(host, port) ? port : -1;
  }
  if (impl_->port < 0) {
    throw ConfigError(
        fmt::format("cannot listen at {} port {}: the port is taken or the address not ours; choose "
                    "another with --port and --host",
                    host, port));
  }
}

PageServer::~PageServer() = default;

std::string PageServer::url() const {
  return fmt::format("http://{}:{}/", bracketed(impl_->host), impl_->port);
}

void PageServer::run(const std::function<bool()>& stop_requested) {
  // Any thread may be the one that looks at the runs; each would keep a heap of that size.
  ::mallopt(M_ARENA_MAX, 1);
  std::thread listener([this] { impl_->server.listen_after_bind(); });
  while (!stop_requested()) std::this_thread::sleep_for(kStopInterval);
  impl_->server.stop();
  listener.join();
}

}  // namespace vrkn::report
