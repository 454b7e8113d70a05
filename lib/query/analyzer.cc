// The public face: files in, snapshots out. See include/whomay/analyzer.h.
#include "whomay/analyzer.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/strings.h"
#include "ingest/inputs.h"
#include "ingest/kubernetes/manifest.h"
#include "ingest/not_read.h"
#include "ingest/terraform/source_files.h"
#include "query/ask.h"
#include "query/per_cluster.h"
#include "query/world.h"
#include "source/limits.h"
#include "source/read.h"
#include "syntax/yaml.h"
#include "whomay/graph.h"

namespace whomay {

const char* Name(Decision decision) {
  switch (decision) {
    case Decision::kDenied:
      return "denied";
    case Decision::kUnknown:
      return "unknown";
    case Decision::kConditional:
      return "conditional";
    case Decision::kAllowed:
      return "allowed";
  }
  return "";
}

const char* Name(World world) { return world == World::kBefore ? "before" : "after"; }

std::string Permission::ToString() const {
  if (plane == Plane::kAws) {
    return resource_arn ? Concat({action, " ", *resource_arn}) : action;
  }
  if (!url.empty()) {
    return Concat({verb, " ", url});
  }
  std::string text = Concat({verb, " ", resource});
  // '*' alone is every group's, '*.' the core group's.
  if (resource == "*" ? group != "*" : !group.empty()) {
    text += Concat({".", group});
  }
  if (!subresource.empty()) {
    text += Concat({"/", subresource});
  }
  if (!name.empty()) {
    text += Concat({" ", name});
  }
  if (!name_space.empty()) {
    text += Concat({" -n ", name_space});
  }
  if (!role_ref.empty()) {
    text += Concat({" --role-ref ", role_ref});
  }
  return text;
}

// --- Analyzer
// ---------------------------------------------------------------------------------------

namespace {

struct PendingInput {
  source::FileId file;
  std::string cluster;
  bool named;  // by the user; else found in a directory
};

// Files below a walked folder that a kustomization beside them names as patches: they look like
// objects and are none.
std::set<std::string> KustomizePatches(const std::vector<PendingInput>& inputs,
                                       const source::SourceSet& sources) {
  std::set<std::string> patches;
  for (const PendingInput& input : inputs) {
    const std::filesystem::path path{std::string(sources.name(input.file))};
    const std::string name = path.filename().string();
    if (input.named || (name != "kustomization.yaml" && name != "kustomization.yml")) {
      continue;
    }
    source::Diagnostics unsaid;  // the file is read again as what it is
    const auto size = static_cast<uint32_t>(sources.bytes(input.file).size());
    const syntax::YamlValue value =
        syntax::ParseKubernetesYaml(sources, {input.file, 0, size}, unsaid);
    for (const std::string& patch : ingest::KustomizePatchFiles(value.tree.root())) {
      patches.insert((path.parent_path() / patch).lexically_normal().string());
    }
  }
  return patches;
}

// A file that no reader takes: an error where the user named it, a note where it was found, and a
// loss where what does not parse was meant for us. True when it should have been an input.
absl::StatusOr<bool> Refuse(const PendingInput& input, const source::SourceSet& sources,
                            source::Diagnostics& diagnostics) {
  using Why = ingest::NotRead::Why;
  const ingest::NotRead what = ingest::WhyNotRead(sources, input.file);
  const bool meant = what.why == Why::kOurs || what.why == Why::kTemplate;
  const bool known = meant || what.why == Why::kKnown;
  if (!input.named) {
    if (what.why == Why::kOurs) {
      diagnostics.AddLoss(std::string(what.code), what.span, what.message);
    } else {
      diagnostics.Add(std::string(what.code), source::Severity::kNote, what.span,
                      known ? Concat({"skipped: ", what.message})
                            : std::string("of no kind that whomay reads; skipped"));
    }
    return meant;
  }
  const source::Location place = sources.Locate(what.span);
  const std::string at = Concat(
      {place.file, ":", std::to_string(place.line), ":", std::to_string(place.column), ": "});
  switch (what.why) {
    case Why::kKnown:
      return absl::InvalidArgumentError(AsAbsl(Concat({place.file, ": ", what.message})));
    case Why::kTemplate:
    case Why::kOurs:
      return absl::InvalidArgumentError(AsAbsl(Concat({at, what.message})));
    case Why::kBroken:
      return absl::InvalidArgumentError(
          AsAbsl(Concat({at, what.message,
                         "; nor is it anything else that whomay reads: a Terraform plan "
                         "or state (`terraform show -json`), Kubernetes objects, IAM policies"})));
    case Why::kOtherKind:
      break;
  }
  return absl::InvalidArgumentError(
      AsAbsl(Concat({place.file,
                     " is of no kind that whomay reads: neither a Terraform plan or state "
                     "(`terraform show -json`), nor Kubernetes objects, nor IAM policies"})));
}

// What keeps an analysis from holding anything; "" where there is nothing of that sort.
std::string WhyNothing(const source::Diagnostics& diagnostics) {
  bool skipped = false;
  for (const source::Diagnostic& one : diagnostics.all()) {
    skipped = skipped || one.code == "kubernetes.template" || one.code == "kubernetes.kustomize";
  }
  if (diagnostics.incomplete()) {
    return "nothing in the inputs could be read";
  }
  return skipped ? "nothing in the inputs but unrendered templates, kustomizations and patches: "
                   "give whomay what `helm template` or `kubectl kustomize` prints"
                 : "";
}

Diagnostic ToPublic(const source::Diagnostic& from, const source::SourceSet& sources) {
  Diagnostic to;
  to.code = from.code;
  to.severity = static_cast<Diagnostic::Severity>(from.severity);
  to.message = from.message;
  const source::Location at = sources.Locate(from.span);
  to.origin.file = std::string(at.file);
  to.origin.line = static_cast<int>(at.line);
  to.origin.column = static_cast<int>(at.column);
  to.origin.address = from.path;
  to.end_line = static_cast<int>(at.end_line);
  to.end_column = static_cast<int>(at.end_column);
  for (const source::Diagnostic::Related& related : from.related) {
    const source::Location where = sources.Locate(related.span);
    Diagnostic::Related& added = to.related.emplace_back();
    added.origin.file = std::string(where.file);
    added.origin.line = static_cast<int>(where.line);
    added.origin.column = static_cast<int>(where.column);
    added.message = related.message;
  }
  return to;
}

}  // namespace

struct Analyzer::State {
  AnalyzerOptions options;
  std::shared_ptr<source::SourceSet> sources = std::make_shared<source::SourceSet>();
  source::Diagnostics diagnostics;
  std::vector<PendingInput> inputs;
  std::vector<std::string> empty_directories;
};

Analyzer::Analyzer(AnalyzerOptions options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;
Analyzer::~Analyzer() = default;

absl::Status Analyzer::AddText(std::string_view name, std::string text, std::string_view cluster) {
  if (text.size() > source::kMaxFileBytes) {
    return absl::ResourceExhaustedError(AsAbsl(Concat({name, ": larger than 2 GiB"})));
  }
  const source::FileId file = state_->sources->Add(std::string(name), std::move(text));
  state_->inputs.push_back({file, std::string(cluster), true});
  return absl::OkStatus();
}

absl::Status Analyzer::AddPath(std::string_view path, std::string_view cluster) {
  const absl::StatusOr<std::vector<source::FoundFile>> files = source::FindFiles(path);
  if (!files.ok()) {
    return files.status();
  }
  if (files->empty()) {
    return absl::InvalidArgumentError(
        AsAbsl(Concat({path,
                       ": nothing in it is of a kind that whomay reads: plans and states of "
                       "Terraform (`terraform show -json`, not its code), Kubernetes objects, IAM "
                       "policies"})));
  }
  for (const source::FoundFile& found : *files) {
    absl::StatusOr<source::FileBytes> bytes = source::OpenFile(found.path);
    if (!bytes.ok()) {
      return bytes.status();
    }
    const source::FileId file = state_->sources->Add(found.path, *std::move(bytes));
    state_->inputs.push_back({file, std::string(cluster), !found.walked});
  }
  return absl::OkStatus();
}

struct Analysis::State {
  std::shared_ptr<const source::SourceSet> sources;
  std::shared_ptr<const facts::Facts> facts;
  query::WorldOptions world_options;
  bool complete = true;
  bool two_worlds = false;
  std::vector<Diagnostic> diagnostics;
  std::string nothing;
  std::mutex mutex;
  std::optional<Snapshot> snapshots[2];
};

absl::StatusOr<Analysis> Analyzer::Analyze() && {
  auto facts = std::make_shared<facts::Facts>();
  ingest::InputOptions options;
  options.default_namespace = state_->options.default_namespace;
  options.terraform.accounts.insert(state_->options.accounts.begin(),
                                    state_->options.accounts.end());
  options.terraform.regions.insert(state_->options.regions.begin(), state_->options.regions.end());
  options.terraform.assume.insert(state_->options.assume.begin(), state_->options.assume.end());
  if (const std::string root = state_->options.source_root; !root.empty()) {
    std::error_code error;
    if (!std::filesystem::is_directory(root, error)) {
      return absl::InvalidArgumentError(AsAbsl(Concat({root, ": the source root is no folder"})));
    }
    options.terraform.source = [root](source::SourceSet& to, source::Diagnostics& about) {
      return ingest::terraform::SourceFolder(root, to, about);
    };
  }
  options.load = [](std::string_view path) -> std::optional<std::string> {
    absl::StatusOr<std::string> bytes = source::ReadFile(path);
    return bytes.ok() ? std::optional<std::string>(*std::move(bytes)) : std::nullopt;
  };
  source::SourceSet& sources = *state_->sources;
  ingest::InputReader reader(options, sources, *facts, state_->diagnostics);
  uint64_t total = 0, done = 0;
  for (const PendingInput& input : state_->inputs) {
    reader.Announce(input.file);
    total += sources.bytes(input.file).size();
  }
  bool any = false;
  if (state_->options.progress) {
    state_->options.progress(done, total);
  }
  const std::set<std::string> patches = KustomizePatches(state_->inputs, sources);
  for (const PendingInput& input : state_->inputs) {
    const std::string path(sources.name(input.file));
    if (!input.named &&
        patches.count(std::filesystem::path(path).lexically_normal().string()) > 0) {
      state_->diagnostics.Add("kubernetes.kustomize", source::Severity::kNote, {input.file, 0, 0},
                              "a patch of a kustomization; skipped: give whomay what "
                              "`kubectl kustomize` prints");
      continue;
    }
    const bool read = reader.Read(input.file, input.cluster);
    any = any || read;
    if (!read) {
      const absl::StatusOr<bool> meant = Refuse(input, sources, state_->diagnostics);
      if (!meant.ok()) {
        return meant.status();
      }
      any = any || *meant;
    }
    done += sources.bytes(input.file).size();
    if (state_->options.progress) {
      state_->options.progress(done, total);
    }
  }
  if (!any && !state_->inputs.empty()) {
    return absl::InvalidArgumentError("nothing in the inputs is of a kind that whomay reads");
  }
  reader.Finish();
  const bool empty = ingest::IsEmpty(*facts);

  auto state = std::make_unique<Analysis::State>();
  state->sources = state_->sources;
  state->complete = !state_->diagnostics.incomplete();
  for (const facts::Input& input : facts->inputs) {
    state->complete = state->complete && input.complete;
    state->two_worlds = state->two_worlds || input.kind == "terraform-plan";
  }
  state->facts = std::move(facts);
  state->world_options.builtin_rbac = state_->options.builtin_rbac;
  state->world_options.kubernetes_version = state_->options.kubernetes_version;
  Analysis analysis(std::move(state));
  // The world that nearly every question asks about; its joining has diagnostics of its own.
  Analysis::State& of = *analysis.state_;
  const std::shared_ptr<const query::World> after = query::World::Build(
      of.sources, of.facts, World::kAfter, of.complete, of.world_options, state_->diagnostics);
  of.snapshots[1] = Snapshot(after);
  for (const source::Diagnostic& diagnostic : state_->diagnostics.all()) {
    of.diagnostics.push_back(ToPublic(diagnostic, *of.sources));
  }
  of.complete = of.complete && !state_->diagnostics.incomplete();
  of.nothing = empty ? WhyNothing(state_->diagnostics) : std::string();
  return analysis;
}

// --- Analysis
// ---------------------------------------------------------------------------------------

Analysis::Analysis(std::unique_ptr<State> state) : state_(std::move(state)) {}
Analysis::Analysis(Analysis&&) noexcept = default;
Analysis& Analysis::operator=(Analysis&&) noexcept = default;
Analysis::~Analysis() = default;

const Snapshot& Analysis::snapshot(World world) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  std::optional<Snapshot>& slot = state_->snapshots[world == World::kBefore ? 0 : 1];
  if (!slot) {
    source::Diagnostics again;  // said already for the other world, or of no matter to it
    slot = Snapshot(query::World::Build(state_->sources, state_->facts, world, state_->complete,
                                        state_->world_options, again));
  }
  return *slot;
}

const std::vector<Diagnostic>& Analysis::diagnostics() const { return state_->diagnostics; }
bool Analysis::complete() const { return state_->complete; }
const std::string& Analysis::nothing_read() const { return state_->nothing; }
bool Analysis::has_two_worlds() const { return state_->two_worlds; }

// --- Snapshot
// ---------------------------------------------------------------------------------------

absl::StatusOr<CanAnswer> Snapshot::Can(std::string_view principal, const Words& permission,
                                        const QuestionOptions& options) const {
  return query::AnswerCan(*world_, principal, permission, options);
}
absl::StatusOr<WhoAnswer> Snapshot::Who(const Words& permission,
                                        const QuestionOptions& options) const {
  return query::AskWho(*world_, permission, options);
}
absl::StatusOr<WhatAnswer> Snapshot::What(std::string_view principal,
                                          const QuestionOptions& options) const {
  return query::AskWhat(*world_, principal, options);
}
absl::StatusOr<WhoamiAnswer> Snapshot::Whoami(std::string_view principal,
                                              const QuestionOptions& options) const {
  return query::AskWhoami(*world_, principal, options);
}
absl::StatusOr<ReachAnswer> Snapshot::Reach(std::string_view principal,
                                            const QuestionOptions& options) const {
  return query::AskReach(*world_, principal, options);
}
absl::StatusOr<PathsAnswer> Snapshot::Paths(std::string_view from, std::string_view to,
                                            const QuestionOptions& options) const {
  return query::AskPaths(*world_, from, to, options);
}
absl::StatusOr<MatrixAnswer> Snapshot::Matrix(const Words& resources,
                                              const QuestionOptions& options) const {
  return query::AskMatrix(*world_, resources, options);
}
absl::StatusOr<ListAnswer> Snapshot::List(std::string_view what,
                                          const QuestionOptions& options) const {
  return query::AnswerList(*world_, what, options);
}

absl::StatusOr<GraphAnswer> Graph(const Snapshot& snapshot, std::string_view principal,
                                  const QuestionOptions& options) {
  return query::AnswerGraph(*snapshot.world_, principal, options);
}

}  // namespace whomay
