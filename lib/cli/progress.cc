#include "cli/progress.h"

#include <ostream>

namespace whomay::cli {
namespace {

constexpr std::chrono::milliseconds kBetween{200};
constexpr uint64_t kMegabyte = 1'000'000;

}  // namespace

ProgressLine::ProgressLine(std::ostream& err, bool on, std::chrono::milliseconds delay)
    : err_(err), delay_(delay) {
  if (on) {
    writer_ = std::thread([this] { Write(); });
  }
}

ProgressLine::~ProgressLine() {
  if (writer_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    ended_.notify_one();
    writer_.join();
  }
}

std::function<void(uint64_t, uint64_t)> ProgressLine::callback() {
  return [this](uint64_t done, uint64_t total) {
    const std::lock_guard lock(mutex_);
    done_ = done;
    total_ = total;
  };
}

void ProgressLine::Write() {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, delay_, [this] { return end_; })) {
    return;
  }
  do {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
    err_ << "\rwhomay: reading";
    if (total_ > 0) {
      err_ << ", " << done_ / kMegabyte << " of " << total_ / kMegabyte << " MB";
    }
    err_ << ", " << seconds.count() << " s\x1b[K" << std::flush;
  } while (!ended_.wait_for(lock, kBetween, [this] { return end_; }));
  err_ << "\r\x1b[K" << std::flush;
}

}  // namespace whomay::cli
