#pragma once

#include <functional>
#include <memory>
#include <string>

#include "vrkn/report/page/live_page.h"

namespace vrkn::report {

/// Serves a live page over HTTP: "/", "/data.json" and "/media/<name>", GET and HEAD only; everything else is 404 or
/// 405. No path of a request ever becomes a path on the disk.
class PageServer {
 public:
  /// Takes the address at once; port 0: any that is free. On a loopback address only requests that name one are
  /// answered, so that no page from elsewhere can read along under another name. Throws ConfigError when the address
  /// cannot be taken.
  PageServer(LivePage& page, std::string title, const std::string& host, int port);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  /// "http://127.0.0.1:8000/"
  std::string url() const;

  /// Answers requests, in threads of its own, until `stop_requested` says true.
  void run(const std::function<bool()>& stop_requested);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vrkn::report
