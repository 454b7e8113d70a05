#include "ingest/terraform/dependency_graph.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/strings.h"
#include "ingest/terraform/address.h"

namespace whomay::ingest::terraform {
namespace {

constexpr std::string_view kBlanks = " \t\r\n;,";
constexpr size_t kMaxGraphEdges = 4'000'000;  // terraform.graph
constexpr size_t kMaxGraphSteps =
    100'000'000;  // of all searches in one graph (terraform.references)

std::string Id(std::string_view module, std::string_view rest) {
  return Concat({module, "\n", rest});
}

// May it stand in a name without quotes?
bool IsBare(char c) {
  return (AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// The address in a node's name: `[root] module.a.local.b (expand)` -> `module.a.local.b`. What
// stands in brackets with quotes may hold anything.
std::string_view AddressIn(std::string_view name, std::string_view* what) {
  constexpr std::string_view kRoot = "[root] ";
  if (name.substr(0, kRoot.size()) == kRoot) {
    name.remove_prefix(kRoot.size());
  }
  bool quoted = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (quoted && name[i] == '\\') {
      ++i;
    } else if (name[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && name[i] == ' ') {
      *what = name.substr(i + 1);
      return name.substr(0, i);
    }
  }
  return name;
}

}  // namespace

// Reads DOT as Terraform writes it: statements of nodes and edges, quoted names, attribute lists,
// subgraphs.
class DotReader {
 public:
  DotReader(std::string_view text, DependencyGraph& graph) : text_(text), graph_(graph) {}

  // The offset at which it stopped understanding; npos when it read all.
  size_t Read();

 private:
  void Blanks();
  // A name, quoted or bare; nothing where none stands.
  std::optional<std::string> Name();
  bool Take(std::string_view word);
  // Behind `[`: to the bracket that closes it.
  bool Attributes();
  bool Statement();

  std::string_view text_;
  size_t at_ = 0;
  size_t edges_ = 0;
  DependencyGraph& graph_;
};

void DotReader::Blanks() {
  for (;;) {
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    if (text_.compare(at_, 2, "//") == 0 || text_.compare(at_, 1, "#") == 0) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_.compare(at_, 2, "/*") == 0) {
      const size_t end = text_.find("*/", at_ + 2);
      at_ = end == text_.npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

bool DotReader::Take(std::string_view word) {
  Blanks();
  if (text_.compare(at_, word.size(), word) != 0) {
    return false;
  }
  at_ += word.size();
  return true;
}

std::optional<std::string> DotReader::Name() {
  Blanks();
  std::string name;
  if (at_ == text_.size()) {
    return std::nullopt;
  }
  if (text_[at_] != '"') {
    const size_t begin = at_;
    while (at_ < text_.size() && IsBare(text_[at_])) {
      ++at_;
    }
    return at_ == begin ? std::nullopt
                        : std::optional<std::string>(text_.substr(begin, at_ - begin));
  }
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
        (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) {
      ++at_;
    }
    name += text_[at_];
  }
  if (at_ == text_.size()) {
    return std::nullopt;
  }
  ++at_;
  return name;
}

bool DotReader::Attributes() {
  for (;;) {
    if (Take("]")) {
      return true;
    }
    if (!Take("=") && !Name()) {
      return false;
    }
  }
}

bool DotReader::Statement() {
  if (Take("{") || Take("}")) {
    return true;
  }
  const bool quoted = at_ < text_.size() && text_[at_] == '"';
  std::optional<std::string> name = Name();
  if (!name) {
    return false;
  }
  if (!quoted && *name == "subgraph") {
    return Name().has_value();
  }
  const bool defaults = !quoted && (*name == "node" || *name == "edge" || *name == "graph");
  if (Take("=")) {
    return Name().has_value();
  }
  std::optional<uint32_t> from;
  if (!defaults) {
    from = graph_.NodeOf(*name);
  }
  while (from && Take("->")) {
    name = Name();
    if (!name || ++edges_ > kMaxGraphEdges) {
      return false;
    }
    const uint32_t to = graph_.NodeOf(*name);
    graph_.AddEdge(*from, to);
    from = to;
  }
  return !Take("[") || Attributes();
}

size_t DotReader::Read() {
  Take("strict");
  if (!Take("digraph")) {
    return at_;
  }
  if (!Take("{")) {
    Name();
  }
  for (;;) {
    Blanks();
    if (at_ == text_.size()) {
      return text_.npos;
    }
    const size_t begin = at_;
    if (!Statement()) {
      return begin;
    }
  }
}

bool DependencyGraph::LooksLike(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes.substr(0, kMark.size()) == kMark) {
    bytes.remove_prefix(kMark.size());
  }
  const auto skip = [&] {
    bytes.remove_prefix(std::min(bytes.find_first_not_of(kBlanks), bytes.size()));
  };
  skip();
  if (bytes.substr(0, 7) == "strict ") {
    bytes.remove_prefix(7);
    skip();
  }
  constexpr std::string_view kWord = "digraph";
  return bytes.substr(0, kWord.size()) == kWord && bytes.size() > kWord.size() &&
         (bytes[kWord.size()] == ' ' || bytes[kWord.size()] == '{' || bytes[kWord.size()] == '\n');
}

DependencyGraph DependencyGraph::Read(source::FileId file, std::string_view bytes,
                                      source::Diagnostics& diagnostics) {
  DependencyGraph graph;
  graph.file_ = file;
  const size_t mark = bytes.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  const size_t stopped = DotReader(bytes.substr(mark), graph).Read();
  if (stopped != std::string_view::npos && graph.is_terraform()) {
    const auto at = static_cast<uint32_t>(mark + stopped);
    diagnostics.AddLoss("terraform.graph", {file, at, at},
                        "the graph cannot be read from here on: no DOT, or too many edges");
  }
  return graph;
}

uint32_t DependencyGraph::NodeOf(std::string_view name) {
  const auto [at, is_new] =
      by_name_.try_emplace(std::string(name), static_cast<uint32_t>(nodes_.size()));
  if (!is_new) {
    return at->second;
  }
  const uint32_t id = at->second;
  Node& node = nodes_.emplace_back();
  edges_.emplace_back();
  std::string_view what;
  const std::string_view address = AddressIn(name, &what);
  const std::optional<std::vector<Part>> parts = Tokenize(address);
  const bool expand = what.substr(0, 7) == "(expand";
  if (!parts || (!what.empty() && !expand)) {
    return id;  // closing, destroying and other steps
  }
  size_t i = 0;
  while (i + 1 < parts->size() && (*parts)[i].is_name() && (*parts)[i].text == "module" &&
         (*parts)[i + 1].is_name()) {
    node.module += Concat({node.module.empty() ? "" : ".", "module.", (*parts)[i + 1].text});
    i += 2;
    i += i < parts->size() && (*parts)[i].is_key() ? 1 : 0;
  }
  if (i + 1 >= parts->size() || !(*parts)[i].is_name() || !(*parts)[i + 1].is_name()) {
    return id;  // a module, a provider
  }
  const std::string_view first = (*parts)[i].text;
  node.rest = address.substr((*parts)[i].begin);
  if (first == "local" || first == "var" || first == "output") {
    has_locals_ = has_locals_ || first == "local";
    by_rest_[Id(node.module, node.rest)].push_back(id);
    return id;
  }
  const size_t last = i + (first == "data" ? 2 : 1);
  if (first == "provider" || last >= parts->size() || !(*parts)[last].is_name()) {
    node.rest.clear();
    return id;
  }
  node.resource = address.substr((*parts)[i].begin, (*parts)[last].end - (*parts)[i].begin);
  node.whole = expand;
  const std::string resource = Id(node.module, node.resource);
  by_rest_[resource].push_back(id);
  resources_.insert(resource);
  if (!expand) {
    has_parts_.insert(resource);
    instances_.insert(std::string(address));
  }
  return id;
}

void DependencyGraph::AddEdge(uint32_t from, uint32_t to) { edges_[from].push_back(to); }

bool DependencyGraph::HasResource(std::string_view module_path, std::string_view resource) const {
  return resources_.contains(Id(module_path, resource));
}

bool DependencyGraph::HasInstance(std::string_view address) const {
  return !has_locals_ || instances_.contains(std::string(address));
}

std::vector<uint32_t> DependencyGraph::Reached(std::string_view module_path, std::string_view node,
                                               bool* gave_up) const {
  std::vector<uint32_t> open;
  const auto from = by_rest_.find(Id(module_path, node));
  if (from != by_rest_.end()) {
    open = from->second;
  }
  std::set<uint32_t> seen(open.begin(), open.end());
  const size_t first = open.size();
  for (size_t next = 0; next < open.size(); ++next) {
    for (const uint32_t to : edges_[open[next]]) {
      if (++steps_ > kMaxGraphSteps) {
        *gave_up = true;
        return {};
      }
      if (seen.insert(to).second) {
        open.push_back(to);
      }
    }
  }
  open.erase(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(first));
  return open;
}

std::vector<std::string> DependencyGraph::Behind(std::string_view module_path,
                                                 std::string_view node, bool* gave_up) const {
  std::set<std::string> references;
  for (const uint32_t id : Reached(module_path, node, gave_up)) {
    const Node& one = nodes_[id];
    if (one.module == module_path) {
      const bool resource = !one.resource.empty() &&
                            !(one.whole && has_parts_.contains(Id(one.module, one.resource)));
      if (resource || one.rest.substr(0, 4) == "var.") {
        references.insert(one.rest);
      }
    } else if (one.rest.substr(0, 7) == "output." && one.module.size() > module_path.size()) {
      // Of a module called here: `module.m` below this one, with one step more.
      const std::string_view below =
          std::string_view(one.module).substr(module_path.empty() ? 0 : module_path.size() + 1);
      const bool child =
          (module_path.empty() || (one.module.compare(0, module_path.size(), module_path) == 0 &&
                                   one.module[module_path.size()] == '.')) &&
          below.substr(0, 7) == "module." && below.find('.', 7) == std::string_view::npos;
      if (child) {
        references.insert(Concat({below, ".", std::string_view(one.rest).substr(7)}));
      }
    }
  }
  return {references.begin(), references.end()};
}

std::vector<std::string> DependencyGraph::Resources(std::string_view module_path,
                                                    std::string_view resource,
                                                    bool* gave_up) const {
  std::set<std::string> found;
  for (const uint32_t id : Reached(module_path, resource, gave_up)) {
    const Node& one = nodes_[id];
    if (!one.resource.empty() && !(one.module == module_path && one.resource == resource)) {
      found.insert(Concat({one.module, one.module.empty() ? "" : ".", one.resource}));
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace whomay::ingest::terraform
