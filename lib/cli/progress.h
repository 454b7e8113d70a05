// A line on the terminal that tells how far reading is, when that takes a while.
//
//   ProgressLine line(err, IsTerminal(err));
//   options.progress = line.callback();   … read …
//
// Nothing is written before `delay` has passed, nor where `on` is false; the line is wiped out at
// the end. While the line lives, nobody else writes to the stream. Thread safety: the callback may
// be called from one thread; a thread of the line's own writes.
#ifndef WHOMAY_LIB_CLI_PROGRESS_H_
#define WHOMAY_LIB_CLI_PROGRESS_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <thread>

namespace whomay::cli {

class ProgressLine {
 public:
  ProgressLine(std::ostream& err, bool on,
               std::chrono::milliseconds delay = std::chrono::seconds(1));
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  // Of AnalyzerOptions::progress; valid while the line lives.
  std::function<void(uint64_t done, uint64_t total)> callback();

 private:
  void Write();

  std::ostream& err_;
  const std::chrono::milliseconds delay_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  std::thread writer_;
};

}  // namespace whomay::cli

#endif  // WHOMAY_LIB_CLI_PROGRESS_H_
