// Who may read Secrets, from C++: prints one line for each principal that may, with the length of
// its shortest path.
//
//   secret_readers NAMESPACE PATH...
#include <iostream>
#include <string>

#include <whomay/whomay.h>

namespace {

int Fail(const absl::Status& status) {
  std::cerr << status << '\n';
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: secret_readers NAMESPACE PATH...\n";
    return 2;
  }
  whomay::Analyzer analyzer;
  for (int i = 2; i < argc; ++i) {
    if (const absl::Status added = analyzer.AddPath(argv[i]); !added.ok()) {
      return Fail(added);
    }
  }
  // Reading and joining; the analysis is immutable from here on, and safe to share between threads.
  const absl::StatusOr<whomay::Analysis> analysis = std::move(analyzer).Analyze();
  if (!analysis.ok()) {
    return Fail(analysis.status());
  }
  for (const whomay::Diagnostic& diagnostic : analysis->diagnostics()) {
    std::cerr << diagnostic.origin.file << ':' << diagnostic.origin.line << ": "
              << diagnostic.message << '\n';
  }

  const whomay::Snapshot& after = analysis->snapshot(whomay::World::kAfter);
  const absl::StatusOr<whomay::WhoAnswer> answer = after.Who({"get", "secrets", "-n", argv[1]}, {});
  if (!answer.ok()) {
    return Fail(answer.status());
  }
  for (const whomay::Grantee& grantee : answer->grantees) {
    if (grantee.decision == whomay::Decision::kAllowed) {
      const size_t steps = grantee.paths.empty() ? 0 : grantee.paths.front().steps.size();
      std::cout << grantee.principal << ' ' << steps << '\n';
    }
  }
  return answer->incomplete ? 3 : 0;
}
