// One recorded format of whomay-replay: each replay_<format>.cc defines one and names it in
// kFormats (replay.cc).
//
//   whomay-replay FORMAT FILE|- [--group G]... [--corpus DIR] [--show N]
//
// Reads JSON lines, answers each with the library, prints the first differences, and ends with
// "N passed, M failed, K skipped"; exit status 1 when M > 0. Skipped are only questions that the
// library answers `unknown` with the diagnostic yaml.undecided; their ids are printed.
#ifndef WHOMAY_TESTS_VECTORS_REPLAY_H_
#define WHOMAY_TESTS_VECTORS_REPLAY_H_

#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace whomay::replay {

struct Options {
  std::string corpus;  // folder of the files that authorize_real names
};

// What came of one line. A line may hold many questions (requests, callers).
struct Outcome {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  std::vector<std::string> differences;  // one readable text for each failure
};

using Answer = Outcome (*)(const syntax::Value& line, const Options& options);

Outcome ReplayYaml(const syntax::Value& line, const Options& options);
Outcome ReplayRbacAuthorize(const syntax::Value& line, const Options& options);
Outcome ReplayRbacValidate(const syntax::Value& line, const Options& options);
Outcome ReplayRbacCovers(const syntax::Value& line, const Options& options);
Outcome ReplayRbacAggregate(const syntax::Value& line, const Options& options);
Outcome ReplayKubernetes(const syntax::Value& line, const Options& options);
Outcome ReplayAwsAuth(const syntax::Value& line, const Options& options);
Outcome ReplayIam(const syntax::Value& line, const Options& options);

}  // namespace whomay::replay

#endif  // WHOMAY_TESTS_VECTORS_REPLAY_H_
