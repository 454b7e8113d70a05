#include "syntax/yaml_decode.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "base/text_arena.h"
#include "source/encoding.h"
#include "source/limits.h"
#include "syntax/tree_core.h"
#include "syntax/yaml_decode_support.h"

namespace whomay::syntax {
namespace {

using NodeKind = YamlNode::Kind;
using Type = YamlScalar::Type;

constexpr uint32_t kNone = UINT32_MAX;
constexpr size_t kFewKeys = 8;  // up to here a map is searched key by key

class Decoder {
 public:
  Decoder(const YamlGraph& graph, const YamlContext& context)
      : graph_(graph), context_(context), failures_(context), active_(graph.nodes.size(), false) {}

  Tree Run() {
    Visit(0);
    while (!failures_.failed() && !frames_.empty()) {
      Step();
    }
    return failures_.failed() ? Tree() : Emit();
  }

 private:
  struct Entry {
    std::string_view key;
    Type type;    // of the key: 1 and "1" are two keys to go-yaml
    bool merged;  // by `<<`
    uint32_t key_node;
    uint32_t value;  // kNone: a later one took its place
  };
  struct Map {
    std::vector<Entry> entries;
    absl::flat_hash_map<std::string_view, uint32_t> index;  // key with its type in front
    bool odd_keys = false;                                  // some are no texts
  };
  // A value as decoded: a scalar of the graph, or a container with its parts in entries_ or items_.
  struct Made {
    uint32_t node;
    uint32_t first = 0;
    uint32_t count = 0;
  };
  struct Frame {
    enum class What : uint8_t { kMap, kList, kMerges } what;
    bool merged = false;  // a map whose entries go to the map around it
    uint32_t node;
    uint32_t at;             // the next part
    uint32_t alias = kNone;  // the alias through which it was entered
    uint32_t map = kNone;    // in maps_
    uint32_t key = kNone;    // whose value is being decoded
    size_t base = 0;         // of a list: where its items begin in open_items_; of merges likewise
  };

  const YamlNode& node(uint32_t i) const { return graph_.nodes[i]; }

  bool Count(uint32_t at) {
    if (!budget_.Count() || budget_.exhausted()) {
      failures_.Fail("yaml.aliases", node(at).begin,
                     "excessive aliasing: aliases make far more of this text than stands in it");
      return false;
    }
    return true;
  }

  // decode.go, unmarshal(). `map`: where a merged map's entries go.
  void Visit(uint32_t at, uint32_t map = kNone) {
    if (!Count(at)) {
      return;
    }
    uint32_t alias = kNone;
    if (node(at).kind == NodeKind::kAlias) {
      if (active_[at]) {
        failures_.Fail("yaml.syntax", node(at).begin, "the alias stands inside what it names");
        return;
      }
      alias = at;
      active_[alias] = true;
      budget_.Enter();
      at = node(at).target;
      if (!Count(at)) {
        return;
      }
    }
    const YamlNode& value = node(at);
    if (value.kind == NodeKind::kScalar) {
      if (CheckScalar(at)) {
        made_.push_back({at});
        Deliver(static_cast<uint32_t>(made_.size() - 1));
      }
      LeaveAlias(alias);
      return;
    }
    if (frames_.size() >= source::kMaxDepth) {
      failures_.Fail("yaml.depth", value.begin,
                     Concat({"lists and maps are nested deeper than ",
                             std::to_string(source::kMaxDepth), "; the document was not read"}));
      return;
    }
    Frame frame{};
    frame.what = value.kind == NodeKind::kMapping ? Frame::What::kMap : Frame::What::kList;
    frame.node = at;
    frame.at = at + 1;
    frame.alias = alias;
    frame.base = open_items_.size();
    if (map != kNone) {
      frame.merged = true;
      frame.map = map;
    } else if (frame.what == Frame::What::kMap) {
      frame.map = static_cast<uint32_t>(maps_.size());
      maps_.emplace_back();
    }
    frames_.push_back(frame);
  }

  void LeaveAlias(uint32_t alias) {
    if (alias != kNone) {
      active_[alias] = false;
      budget_.Leave();
    }
  }

  bool CheckScalar(uint32_t at) {
    const YamlNode& scalar = node(at);
    const std::optional<YamlScalar> resolved = Resolve(scalar);
    if (!resolved.has_value() ||
        (resolved->type == Type::kBinary && !DecodeBase64(scalar.value).has_value())) {
      failures_.Fail("yaml.tag", scalar.begin, Misfit(scalar));
      return false;
    }
    return true;
  }

  void Deliver(uint32_t made) {
    if (frames_.empty()) {
      root_ = made;
      return;
    }
    const Frame& frame = frames_.back();
    if (frame.what == Frame::What::kList) {
      open_items_.push_back(made);
    } else if (frame.what == Frame::What::kMap) {
      SetEntry(frame, made);
    }
  }

  void Step() {
    Frame& frame = frames_.back();
    if (frame.what == Frame::What::kMerges) {
      StepMerges(frame);
      return;
    }
    if (frame.at == node(frame.node).next) {
      Close();
      return;
    }
    if (frame.what == Frame::What::kList) {
      const uint32_t item = frame.at;
      frame.at = node(item).next;
      Visit(item);
      return;
    }
    const uint32_t key = frame.at;
    const uint32_t value = node(key).next;
    frame.at = node(value).next;
    if (IsMerge(node(key))) {
      Merge(value, frame.map);
    } else if (ReadKey(key, &frame.key)) {
      Visit(value);
    }
  }

  // decode.go, isMerge().
  static bool IsMerge(const YamlNode& key) {
    return key.kind == NodeKind::kScalar && key.value == "<<" &&
           (key.implicit || key.tag == YamlTag::kMerge);
  }

  bool FailMerge(uint32_t at) {
    failures_.Fail("yaml.merge", node(at).begin, "the value of << must be a map or a list of maps");
    return false;
  }

  bool IsMap(uint32_t at) const {
    return node(at).kind == NodeKind::kMapping ||
           (node(at).kind == NodeKind::kAlias && node(node(at).target).kind == NodeKind::kMapping);
  }

  void Merge(uint32_t value, uint32_t map) {
    if (IsMap(value)) {
      Visit(value, map);
    } else if (node(value).kind == NodeKind::kSequence) {
      // Later maps first: earlier ones take precedence.
      Frame frame{};
      frame.what = Frame::What::kMerges;
      frame.node = value;
      frame.map = map;
      frame.base = open_items_.size();
      for (uint32_t at = value + 1; at != node(value).next; at = node(at).next) {
        open_items_.push_back(at);
      }
      frames_.push_back(frame);
    } else {
      FailMerge(value);
    }
  }

  void StepMerges(const Frame& frame) {
    if (open_items_.size() == frame.base) {
      frames_.pop_back();
      return;
    }
    const uint32_t at = open_items_.back();
    open_items_.pop_back();
    if (IsMap(at)) {
      Visit(at, frame.map);
    } else {
      FailMerge(at);
    }
  }

  // The scalar that a key is. Lists and maps are refused as keys.
  bool ReadKey(uint32_t key, uint32_t* scalar) {
    if (!Count(key)) {
      return false;
    }
    *scalar = key;
    if (node(key).kind == NodeKind::kAlias) {
      *scalar = node(key).target;
      budget_.Enter();
      const bool counted = Count(*scalar);
      budget_.Leave();
      if (!counted) {
        return false;
      }
    }
    if (node(*scalar).kind != NodeKind::kScalar) {
      failures_.Fail("yaml.key", node(key).begin, "a list or a map cannot be a key");
      return false;
    }
    return CheckScalar(*scalar);
  }

  void SetEntry(const Frame& frame, uint32_t value) {
    const YamlNode& key = node(frame.key);
    const YamlScalar scalar = *Resolve(key);
    Entry entry{key.value, scalar.type, frame.merged, frame.key, value};
    if (scalar.type == Type::kBinary) {
      entry.key = texts_.Keep(*DecodeBase64(key.value));
    } else if (scalar.type == Type::kNull) {
      entry.key = "null";
    } else if (scalar.type != Type::kText) {
      entry.key = texts_.Keep(KeyText(scalar));
    }
    Map& map = maps_[frame.map];
    map.odd_keys |= scalar.type != Type::kText;
    // NaN equals nothing, itself included.
    if (scalar.type != Type::kFloat || !std::isnan(scalar.number)) {
      Replace(map, entry);
    }
    map.entries.push_back(entry);
  }

  // Drops the entry that `entry` takes the place of.
  void Replace(Map& map, const Entry& entry) {
    uint32_t earlier = kNone;
    if (map.index.empty() && map.entries.size() < kFewKeys && entry.type == Type::kText) {
      for (uint32_t i = 0; i < map.entries.size(); ++i) {
        const Entry& other = map.entries[i];
        if (other.value != kNone && other.key == entry.key &&
            (other.type == Type::kText || other.type == Type::kBinary)) {
          earlier = i;
        }
      }
    } else {
      if (map.index.empty()) {
        for (uint32_t i = 0; i < map.entries.size(); ++i) {
          if (map.entries[i].value != kNone) {
            map.index[texts_.Keep(Identity(map.entries[i]))] = i;
          }
        }
      }
      const auto [at, added] = map.index.try_emplace(texts_.Keep(Identity(entry)), 0);
      if (!added) {
        earlier = at->second;
      }
      at->second = static_cast<uint32_t>(map.entries.size());
    }
    if (earlier != kNone) {
      ReportReplaced(map.entries[earlier], entry);
      map.entries[earlier].value = kNone;
    }
  }

  // Keys are equal to go-yaml if these are: 1 and 1.0 are two keys, 1 and 0x1 are one.
  std::string Identity(const Entry& entry) const {
    std::string identity(1,
                         static_cast<char>(entry.type == Type::kBinary ? Type::kText : entry.type));
    if (entry.type == Type::kFloat) {  // the key's text has the digits of a float32 only
      const YamlScalar scalar = *Resolve(node(entry.key_node));
      if (std::isfinite(scalar.number)) {
        return identity + JsonNumber(scalar);
      }
    }
    return identity.append(entry.key);
  }

  void ReportReplaced(const Entry& earlier, const Entry& later) {
    if (earlier.merged) {
      return;  // what merge keys are for
    }
    const YamlNode& key = node(later.key_node);
    const source::Span span{context_.file, key.begin, key.end};
    std::string message =
        later.merged
            ? Concat({"a merge key (<<) sets \"", later.key,
                      "\" over the value that stands before it; the merged one counts"})
            : Concat({"the key \"", later.key, "\" stands twice in this map; the last one counts"});
    source::Diagnostic& added = context_.diagnostics.Add(
        later.merged ? "yaml.merge-overrides" : "yaml.duplicate-key", source::Severity::kWarning,
        span, std::move(message), std::string(context_.path));
    const YamlNode& first = node(earlier.key_node);
    added.related.push_back({{context_.file, first.begin, first.end}, "first here"});
  }

  void Close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    LeaveAlias(frame.alias);
    if (frame.merged) {
      return;
    }
    Made made{frame.node};
    if (frame.what == Frame::What::kList) {
      made.first = static_cast<uint32_t>(items_.size());
      made.count = static_cast<uint32_t>(open_items_.size() - frame.base);
      items_.insert(items_.end(), open_items_.begin() + static_cast<std::ptrdiff_t>(frame.base),
                    open_items_.end());
      open_items_.resize(frame.base);
    } else {
      Map& map = maps_.back();
      made.first = static_cast<uint32_t>(entries_.size());
      for (const Entry& entry : map.entries) {
        if (entry.value != kNone) {
          entries_.push_back(entry);
        }
      }
      made.count = static_cast<uint32_t>(entries_.size()) - made.first;
      if (map.odd_keys) {
        CheckOddKeys(made);
      }
      maps_.pop_back();
    }
    made_.push_back(made);
    Deliver(static_cast<uint32_t>(made_.size() - 1));
  }

  // Keys that are different to go-yaml and become one text: which of them stands is chance.
  void CheckOddKeys(const Made& made) {
    std::vector<const Entry*> sorted;
    for (uint32_t i = 0; i < made.count; ++i) {
      sorted.push_back(&entries_[made.first + i]);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
      return a->key != b->key ? a->key < b->key : a < b;  // as they stand
    });
    for (size_t i = 1; i < sorted.size(); ++i) {
      const bool nulls = sorted[i]->type == Type::kNull || sorted[i - 1]->type == Type::kNull;
      if (sorted[i]->key == sorted[i - 1]->key && !nulls) {
        const YamlNode& key = node(sorted[i]->key_node);
        context_.diagnostics.AddLoss(
            "yaml.ambiguous-key", {context_.file, key.begin, key.end},
            Concat({"two keys of this map become the one text \"", sorted[i]->key,
                    "\"; Kubernetes takes now one and now the other"}),
            std::string(context_.path));
      }
    }
  }

  Tree Emit() {
    TreeBuilder builder(context_.file, context_.bytes, graph_.nodes.size() * 8);
    struct Open {
      uint32_t made;
      uint32_t at;
    };
    std::vector<Open> open;
    EmitValue(builder, root_);
    if (node(made_[root_].node).kind != NodeKind::kScalar) {
      open.push_back({root_, 0});
    }
    while (!open.empty() && !failures_.failed()) {
      Open& top = open.back();
      const Made& made = made_[top.made];
      if (top.at == made.count) {
        builder.End(node(made.node).end);
        open.pop_back();
        continue;
      }
      const uint32_t i = made.first + top.at++;
      const bool in_map = node(made.node).kind == NodeKind::kMapping;
      if (in_map && !EmitKey(builder, entries_[i])) {
        break;
      }
      const uint32_t value = in_map ? entries_[i].value : items_[i];
      EmitValue(builder, value);
      if (node(made_[value].node).kind != NodeKind::kScalar) {
        open.push_back({value, 0});
      }
    }
    return failures_.failed() ? Tree() : builder.Finish();
  }

  bool EmitKey(TreeBuilder& builder, const Entry& entry) {
    const YamlNode& key = node(entry.key_node);
    if (entry.type == Type::kNull || entry.type == Type::kUint) {
      failures_.Fail("yaml.key", key.begin,
                     entry.type == Type::kNull ? "null cannot be a key"
                                               : "a number over 2^63-1 cannot be a key");
      return false;
    }
    if (entry.type == Type::kText && key.verbatim) {
      const uint32_t quotes = key.quoted ? 2 : 0;
      builder.SourceKey(key.begin, key.end - key.begin - quotes, key.quoted);
    } else if (entry.type == Type::kBinary) {
      builder.OwnKey(source::ReplaceInvalidUtf8(entry.key), key.begin, key.end);
    } else {
      builder.OwnKey(entry.key, key.begin, key.end);
    }
    return true;
  }

  void EmitValue(TreeBuilder& builder, uint32_t made) {
    const YamlNode& value = node(made_[made].node);
    if (value.kind != NodeKind::kScalar) {
      builder.Begin(value.kind == NodeKind::kMapping ? Kind::kObject : Kind::kArray, value.begin);
      return;
    }
    const YamlScalar scalar = *Resolve(value);
    switch (scalar.type) {
      case Type::kNull:
        builder.Null(value.begin, value.end);
        break;
      case Type::kBool:
        builder.Bool(scalar.boolean, value.begin, value.end);
        break;
      case Type::kText:
        EmitText(builder, Kind::kString, value, value.value, value.verbatim);
        break;
      case Type::kBinary:
        EmitText(builder, Kind::kString, value,
                 source::ReplaceInvalidUtf8(*DecodeBase64(value.value)), false);
        break;
      default:
        if (scalar.type == Type::kFloat && !std::isfinite(scalar.number)) {
          failures_.Fail(
              "yaml.value", value.begin,
              Concat({"JSON has no number for ", value.value, "; quote it if a text is meant"}));
          return;
        }
        const std::string number = JsonNumber(scalar);
        EmitText(builder, Kind::kNumber, value, number,
                 value.verbatim && !value.quoted && number == value.value);
    }
  }

  static void EmitText(TreeBuilder& builder, Kind kind, const YamlNode& node, std::string_view text,
                       bool verbatim) {
    if (verbatim) {
      builder.SourceText(kind, node.begin, node.end, node.quoted);
    } else {
      builder.OwnText(kind, text, node.begin, node.end);
    }
  }

  const YamlGraph& graph_;
  const YamlContext& context_;
  Failures failures_;
  AliasBudget budget_;
  std::vector<bool> active_;  // aliases being expanded
  std::vector<Frame> frames_;
  std::vector<Map> maps_;  // being filled, the innermost last
  std::vector<uint32_t> open_items_;
  std::vector<Made> made_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> items_;
  TextArena texts_;
  uint32_t root_ = kNone;
};

}  // namespace

Tree DecodeYaml(const YamlGraph& graph, const YamlContext& context) {
  return Decoder(graph, context).Run();
}

}  // namespace whomay::syntax
