// Analyzer, Analysis, Snapshot: inputs in, questions out.
//
//   whomay::Analyzer analyzer;
//   analyzer.AddPath("plan.json");
//   analyzer.AddPath("manifests/");
//   absl::StatusOr<whomay::Analysis> analysis = std::move(analyzer).Analyze();
//   const whomay::Snapshot& snapshot = analysis->snapshot(whomay::World::kAfter);
//   auto answer = snapshot.Who({"get", "secrets", "-n", "shop"}, {});
//
// Errors: absl::Status only when the tool could not do its work (a file that cannot be read, a
// question that cannot be understood: InvalidArgument). Wrong input is a Diagnostic, and reading
// goes on with the rest. No exception leaves the library, nothing is printed. Thread safety: an
// Analyzer belongs to one thread. An Analysis and its Snapshots are immutable, cheap to copy and
// safe to share between threads.
#ifndef WHOMAY_ANALYZER_H_
#define WHOMAY_ANALYZER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "whomay/answer.h"
#include "whomay/diagnostic.h"
#include "whomay/export.h"

namespace whomay {

// How inputs are read; every field has the meaning of the command line's flag of that name.
struct AnalyzerOptions {
  std::string default_namespace = "default";
  std::string kubernetes_version;  // "1.34"; empty: as the inputs say
  bool builtin_rbac = true;        // Kubernetes' own bootstrap objects belong to every cluster
  // [PROVIDER=]ID and [PROVIDER=]NAME; the key "" is for all providers that say nothing.
  std::map<std::string, std::string> accounts;
  std::map<std::string, std::string> regions;
  std::map<std::string, std::string> assume;  // ADDRESS.ATTRIBUTE -> VALUE: fills a hole by hand
  // The folder of Terraform's code that plans and states were made of: fills what a plan leaves
  // open, and says where resources are declared (Origin::source_file). Empty: none is read.
  std::string source_root;
  // Called now and then while reading with the bytes done and the bytes there are.
  std::function<void(uint64_t done, uint64_t total)> progress;
};

// How a question is asked.
struct QuestionOptions {
  std::string cluster;    // when several are loaded: which
  bool direct = false;    // no identity hops beyond authentication and membership
  bool escalate = false;  // escalation edges too
  int max_hops = 16;
  int max_paths = 3;                                        // paths kept for each answer
  std::map<std::string, std::vector<std::string>> context;  // request context of IAM
  std::vector<std::string> groups;  // groups that the caller carries besides those of the files
  bool any = false;                 // wildcards ask for any of it, not all of it
  bool trace = false;               // grants and near misses (why)
  std::string name_space;           // -n
  bool all_namespaces = false;      // -A
  std::string subresource;
  std::string role_ref;
  std::string subject;             // of list bindings and matrix: for this principal only
  std::vector<std::string> verbs;  // of matrix: its columns; empty: the usual ones
};

namespace query {
class World;
}

class Snapshot;
class Analysis;
struct CheckAnswer;
struct CheckOptions;
struct GraphAnswer;
struct MigrateAnswer;
// Access gained and lost from one world to the other: of one analysis (a plan's before and after),
// or of two (any two inputs). Of the options `cluster`, `direct`, `escalate`, `max_hops`,
// `max_paths`, `context` and `groups` count.
WHOMAY_API absl::StatusOr<DiffAnswer> Diff(const Snapshot& before, const Snapshot& after,
                                           const QuestionOptions& options);

// One world, ready for questions. Every question takes the permission as the words a user writes
// (design: spelling of principals and permissions).
class WHOMAY_API Snapshot {
 public:
  using Words = std::vector<std::string>;

  absl::StatusOr<CanAnswer> Can(std::string_view principal, const Words& permission,
                                const QuestionOptions& options) const;
  absl::StatusOr<WhoAnswer> Who(const Words& permission, const QuestionOptions& options) const;
  absl::StatusOr<WhatAnswer> What(std::string_view principal, const QuestionOptions& options) const;
  absl::StatusOr<WhoamiAnswer> Whoami(std::string_view principal,
                                      const QuestionOptions& options) const;
  absl::StatusOr<ReachAnswer> Reach(std::string_view principal,
                                    const QuestionOptions& options) const;
  absl::StatusOr<PathsAnswer> Paths(std::string_view from, std::string_view to,
                                    const QuestionOptions& options) const;
  // Who may do what with these resources, as users write them ("pods", "deployments.apps/scale",
  // "configmaps web" for one of that name), in the namespace of the options; no resources: all that
  // the cluster is known to have.
  absl::StatusOr<MatrixAnswer> Matrix(const Words& resources, const QuestionOptions& options) const;
  // `what`: principals, roles, bindings, clusters, resources, inputs, policies, access-entries,
  // holes, service-accounts, workloads.
  absl::StatusOr<ListAnswer> List(std::string_view what, const QuestionOptions& options) const;

 private:
  friend class Analysis;
  friend class Analyzer;
  friend WHOMAY_API absl::StatusOr<DiffAnswer> Diff(const Snapshot&, const Snapshot&,
                                                    const QuestionOptions&);
  friend WHOMAY_API CheckAnswer Check(const Analysis&, World, const CheckOptions&);
  friend WHOMAY_API absl::StatusOr<MigrateAnswer> MigrateAwsAuth(const Snapshot&,
                                                                 const QuestionOptions&);
  friend WHOMAY_API absl::StatusOr<GraphAnswer> Graph(const Snapshot&, std::string_view,
                                                      const QuestionOptions&);
  explicit Snapshot(std::shared_ptr<const query::World> world) : world_(std::move(world)) {}
  std::shared_ptr<const query::World> world_;
};

// What was read: both worlds and what was wrong.
class WHOMAY_API Analysis {
 public:
  Analysis(Analysis&&) noexcept;
  Analysis& operator=(Analysis&&) noexcept;
  ~Analysis();

  // Built when first asked for.
  const Snapshot& snapshot(World world) const;
  const std::vector<Diagnostic>& diagnostics() const;
  // Nothing was lost that could change an answer.
  bool complete() const;
  // Why the inputs, though of kinds that are read, gave nothing at all: broken, or templates not
  // rendered. "" when something was read. No question can be answered then.
  const std::string& nothing_read() const;
  // Some input distinguishes before and after (a Terraform plan).
  bool has_two_worlds() const;

 private:
  friend class Analyzer;
  struct State;
  explicit Analysis(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class WHOMAY_API Analyzer {
 public:
  explicit Analyzer(AnalyzerOptions options = {});
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;
  ~Analyzer();

  // A file, a directory (walked without .git, .terraform, node_modules and links leading out), or
  // "-" for standard input is not read here: give its text. `cluster` ties manifests to that
  // cluster.
  absl::Status AddPath(std::string_view path, std::string_view cluster = {});
  // A text with a name for messages.
  absl::Status AddText(std::string_view name, std::string text, std::string_view cluster = {});

  absl::StatusOr<Analysis> Analyze() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace whomay

#endif  // WHOMAY_ANALYZER_H_
