#include "ingest/inputs.h"

#include <algorithm>
#include <utility>

#include "ingest/eks/aws_auth.h"
#include "ingest/eks/cli_json.h"
#include "ingest/kubernetes/manifest.h"
#include "ingest/kubernetes/objects.h"
#include "ingest/terraform/dependency_graph.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/source_files.h"
#include "source/encoding.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay::ingest {
namespace {

constexpr size_t kHead = 512;
constexpr std::string_view kBlanks = " \t\r\n";

// The first byte that says something; 0 for an empty text.
char FirstByte(std::string_view bytes) {
  bytes.remove_prefix(source::ByteOrderMarkSize(bytes));
  const size_t at = bytes.find_first_not_of(kBlanks);
  return at == std::string_view::npos ? '\0' : bytes[at];
}

source::Span Whole(const source::SourceSet& sources, source::FileId file) {
  return {file, 0, static_cast<uint32_t>(sources.bytes(file).size())};
}

}  // namespace

InputReader::InputReader(const InputOptions& options, source::SourceSet& sources,
                         facts::Facts& facts, source::Diagnostics& diagnostics)
    : options_(options),
      sources_(sources),
      facts_(facts),
      diagnostics_(diagnostics),
      iam_(sources, facts, diagnostics, options.load),
      terraform_(options.terraform) {}

InputReader::~InputReader() = default;

void InputReader::Announce(source::FileId file) {
  const std::string_view bytes = sources_.bytes(file);
  if (terraform::SniffText(bytes) == terraform::TextKind::kBinaryPlan) {
    saved_plans_.push_back(file);
    if (!options_.terraform.source && saved_plans_.size() == 1) {
      terraform_.source = [file](source::SourceSet& to, source::Diagnostics& about) {
        return terraform::SourceInSavedPlan(file, to, about);
      };
    } else if (!options_.terraform.source &&
               !terraform::HoldTheSameCode(sources_.bytes(saved_plans_[0]), bytes)) {
      terraform_.source = nullptr;  // which of them belongs to which plan nobody says
      different_code_ = true;
    }
    return;
  }
  readable_plan_ = readable_plan_ || LooksLikeTerraform(bytes);
  if (!terraform::DependencyGraph::LooksLike(bytes)) {
    return;
  }
  auto graph = std::make_unique<terraform::DependencyGraph>(
      terraform::DependencyGraph::Read(file, bytes, diagnostics_));
  if (graph->is_terraform()) {
    terraform_.graphs.push_back(graph.get());
    graphs_.push_back(std::move(graph));
  }
}

bool InputReader::Read(source::FileId file, std::string_view cluster) {
  const std::string_view bytes = sources_.bytes(file);
  const bool graph = std::any_of(graphs_.begin(), graphs_.end(),
                                 [file](const auto& one) { return one->file() == file; });
  if (graph) {
    facts::Input& input = facts_.inputs.emplace_back();
    input.file = file;
    input.kind = "terraform-graph";
    return true;
  }
  if (ServesAsSource(file)) {
    if (different_code_) {
      diagnostics_.Add("terraform.saved-plan", source::Severity::kWarning, {file, 0, 1},
                       "one of several saved plans of different code: which plan's it is nobody "
                       "says, so that it fills nothing; ask about one plan at a time, or give its "
                       "code with --source-root");
    }
    facts::Input& input = facts_.inputs.emplace_back();
    input.file = file;
    input.kind = "terraform-source";
    return true;
  }
  if (LooksLikeTerraform(bytes) &&
      ReadTerraform(file, terraform_, sources_, facts_, diagnostics_)) {
    return true;
  }
  const char first = FirstByte(bytes);
  if (first == '{' || first == '[') {
    return ReadJson(file, cluster) || ReadManifests(file, cluster);
  }
  return ReadManifests(file, cluster) || ReadOwnYaml(file);
}

// A saved plan whose code fills what the plan's JSON, given too, leaves open.
bool InputReader::ServesAsSource(source::FileId file) const {
  return readable_plan_ &&
         std::find(saved_plans_.begin(), saved_plans_.end(), file) != saved_plans_.end();
}

// JSON of one of the kinds that are not Kubernetes'.
bool InputReader::ReadJson(source::FileId file, std::string_view cluster) {
  static_cast<void>(cluster);
  // What looks like Kubernetes' at its beginning is not parsed twice.
  const std::string_view head = sources_.bytes(file).substr(0, kHead);
  if (head.find("\"apiVersion\"") != std::string_view::npos &&
      head.find("\"kind\"") != std::string_view::npos) {
    return false;
  }
  source::Diagnostics tried;
  std::vector<syntax::Tree> trees =
      syntax::ParseJsonSequence(sources_, Whole(sources_, file), tried);
  if (trees.empty() || LooksLikeKubernetes(trees.front().root())) {
    return false;
  }
  const syntax::Value root = trees.front().root();
  if (LooksLikeTerraform(root)) {
    return ReadTerraform(file, terraform_, sources_, facts_, diagnostics_);
  }
  const bool iam = IamInputOf(root) != IamInput::kNone;
  const bool eks = !iam && LooksLikeEksCli(root);
  if (iam || eks) {
    for (const source::Diagnostic& diagnostic : tried.all()) {
      diagnostics_.Add(diagnostic.code, diagnostic.severity, diagnostic.span, diagnostic.message,
                       diagnostic.path);
    }
    if (tried.incomplete()) {
      diagnostics_.MarkIncomplete();
    }
    if (eks) {
      for (const syntax::Tree& tree : trees) {
        ReadEksCli(tree.root(), sources_, facts_, diagnostics_);
      }
      facts::Input& input = facts_.inputs.emplace_back();
      input.file = file;
      input.kind = "aws-eks";
      return true;
    }
    for (syntax::Tree& tree : trees) {
      iam_.Read(std::move(tree));
    }
    return true;
  }
  return false;
}

bool InputReader::ReadManifests(source::FileId file, std::string_view cluster) {
  KubernetesOptions options;
  options.cluster = facts_.Keep(cluster);
  options.default_namespace = facts_.Keep(options_.default_namespace);
  options.aws_auth = [this](const AwsAuthConfigMap& found) {
    ReadAwsAuthConfigMap(found, sources_, facts_, diagnostics_);
  };
  const ManifestResult result = ReadManifestFile(sources_, file, options, facts_, diagnostics_);
  if (result.recognised) {
    facts::Input& input = facts_.inputs.emplace_back();
    input.file = file;
    input.kind = "kubernetes";
  }
  return result.recognised;
}

bool InputReader::ReadOwnYaml(source::FileId file) {
  source::Diagnostics tried;
  syntax::Tree tree = syntax::ParseOwnYaml(sources_, file, tried);
  if (!LooksLikeOrganization(tree.root())) {
    return false;
  }
  iam_.Read(std::move(tree));
  return true;
}

void InputReader::Finish() {
  for (const auto& graph : graphs_) {
    if (!graph->used) {
      diagnostics_.Add("terraform.graph", source::Severity::kWarning, {graph->file(), 0, 0},
                       "no plan of this call is the one that this graph was made of; it is not "
                       "used: run `terraform graph -plan=PLAN` on the plan that is given");
    }
  }
  iam_.Finish();
  ReportDuplicateObjects(facts_, diagnostics_);
}

}  // namespace whomay::ingest
