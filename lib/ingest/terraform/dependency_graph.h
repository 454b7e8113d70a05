// DependencyGraph: what `terraform graph -plan=PLAN` prints, read for what stands behind locals.
//
//   if (DependencyGraph::LooksLike(bytes)) {
//     const DependencyGraph graph = DependencyGraph::Read(file, bytes, diagnostics);
//     for (const std::string& reference : graph.Behind("module.eks", "local.role_arn")) …
//   }
//
// No plan holds locals; this graph does: an edge leads from each to what its expression names, down
// to instances. Terraform prints it reduced: where a local names a and b, and b depends on a, the
// edge to a is left out. Behind() therefore gives everything below that the local's module can
// name, which is what the local names and perhaps more. The graph of `terraform graph` without
// -plan has resources only, their locals followed already; Resources() is for it.
//
// Semantics: spec terraform 1.8, 1.12, terraform internal/terraform
// (TransitiveReductionTransformer) and internal/dag's DOT, of 1.11. Thread safety: none; memoises.
#ifndef WHOMAY_LIB_INGEST_TERRAFORM_DEPENDENCY_GRAPH_H_
#define WHOMAY_LIB_INGEST_TERRAFORM_DEPENDENCY_GRAPH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::ingest::terraform {

class DependencyGraph {
 public:
  // By the first bytes: a directed graph in DOT.
  static bool LooksLike(std::string_view bytes);
  // Nodes that are no addresses of Terraform's are kept as steps between others. Text that is no
  // DOT is said (terraform.graph) and what stands before it is kept.
  static DependencyGraph Read(source::FileId file, std::string_view bytes,
                              source::Diagnostics& diagnostics);

  // Has it resources, as every graph of Terraform's that matters here?
  bool is_terraform() const { return !resources_.empty(); }
  // Does it say what stands behind locals?
  bool has_locals() const { return has_locals_; }
  // Is there a node for the resource `aws_x.y` or `data.aws_x.y` of a module (path without keys)?
  bool HasResource(std::string_view module_path, std::string_view resource) const;
  // Of an instance with its keys; true of all where the graph does not go down to instances.
  bool HasInstance(std::string_view address) const;

  // References, as the module would write them, to all that `node` ("local.a", "aws_x.y") of the
  // module depends on: `aws_iam_role.x["k"]`, `data.aws_x.y`, `var.v`, `module.m.output`. Sorted.
  // `gave_up` is set where the limit of all searches together was hit.
  std::vector<std::string> Behind(std::string_view module_path, std::string_view node,
                                  bool* gave_up) const;
  // Addresses without keys (`module.a.aws_iam_role.x`) of the resources and data sources of all
  // modules that a resource depends on. Sorted.
  std::vector<std::string> Resources(std::string_view module_path, std::string_view resource,
                                     bool* gave_up) const;

  source::FileId file() const { return file_; }
  // Was it asked by a plan that it fits?
  bool used = false;

 private:
  struct Node {
    std::string module;    // path without keys
    std::string rest;      // "local.x", "var.x", "output.x", "aws_x.y[0]"; empty: none of these
    std::string resource;  // rest without its key, where it is a resource or data source
    bool whole = false;    // stands for the resource, not for an instance
  };
  uint32_t NodeOf(std::string_view name);
  void AddEdge(uint32_t from, uint32_t to);
  std::vector<uint32_t> Reached(std::string_view module_path, std::string_view node,
                                bool* gave_up) const;

  friend class DotReader;

  source::FileId file_ = source::FileId::kNone;
  std::vector<Node> nodes_;
  std::vector<std::vector<uint32_t>> edges_;
  absl::flat_hash_map<std::string, uint32_t> by_name_;
  // "module\nlocal.x" and "module\naws_x.y" -> their nodes.
  absl::flat_hash_map<std::string, std::vector<uint32_t>> by_rest_;
  absl::flat_hash_set<std::string> resources_;  // "module\naws_x.y"
  absl::flat_hash_set<std::string> instances_;  // addresses with keys
  absl::flat_hash_set<std::string> has_parts_;  // of resources_: those with instances
  bool has_locals_ = false;
  mutable size_t steps_ = 0;  // of all searches
};

}  // namespace whomay::ingest::terraform

#endif  // WHOMAY_LIB_INGEST_TERRAFORM_DEPENDENCY_GRAPH_H_
