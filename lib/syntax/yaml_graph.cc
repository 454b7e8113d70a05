#include "syntax/yaml_graph.h"

#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "source/limits.h"
#include "syntax/string_offsets.h"
#include "syntax/yaml_feed.h"

namespace whomay::syntax {
namespace {

// Rewriting costs a run each; texts that need more are nobody's work but an attacker's.
constexpr size_t kMaxRepairs = 1000;
constexpr size_t kMaxRepairBytes = size_t{16} << 20;  // read again

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// Bytes of the blank or line end at `at`, else 0.
size_t BlankSize(std::string_view text, size_t at) {
  const char c = text[at];
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
    return 1;
  }
  if (c == '\xC2') {
    return text.substr(at, 2) == "\xC2\x85" ? 2 : 0;
  }
  const std::string_view three = text.substr(at, 3);
  return three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9" ? 3 : 0;
}

class Event {
 public:
  Event() { std::memset(&event_, 0, sizeof(event_)); }
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_;
};

class Parser {
 public:
  explicit Parser(YamlFeed& feed) {
    feed.Rewind();
    good_ = yaml_parser_initialize(&parser_) == 1;
    if (good_) {
      yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
      yaml_parser_set_input(&parser_, &Read, &feed);
    }
  }
  ~Parser() {
    if (good_) {
      yaml_parser_delete(&parser_);
    }
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool Next(Event& event) { return good_ && yaml_parser_parse(&parser_, event.get()) == 1; }
  const yaml_parser_t& state() const { return parser_; }

 private:
  static int Read(void* data, unsigned char* buffer, size_t size, size_t* read) {
    const std::string_view piece = static_cast<YamlFeed*>(data)->Next();
    // libyaml asks for 16 KiB and more.
    if (piece.size() > size) {
      return 0;
    }
    std::memcpy(buffer, piece.data(), piece.size());
    *read = piece.size();
    return 1;
  }

  yaml_parser_t parser_;
  bool good_ = false;
};

// One run over the feed.
class Reader {
 public:
  Reader(const YamlInput& input, YamlFeed& feed) : input_(input), feed_(feed), parser_(feed) {}

  // False if the feed was repaired and is to be read again.
  bool Run(YamlGraph& graph) {
    graph_ = &graph;
    while (true) {
      Event event;
      if (!parser_.Next(event)) {
        if (Repaired()) {
          return false;
        }
        return graph.failure.has_value() || Fail();
      }
      switch (event->type) {
        case YAML_STREAM_END_EVENT:
          graph.rest = input_.end;
          return true;
        case YAML_DOCUMENT_START_EVENT: {
          const yaml_version_directive_t* version = event->data.document_start.version_directive;
          if (version != nullptr && version->minor != 1) {
            return Fail("yaml.syntax", Offset(event->start_mark),
                        "a %YAML directive other than %YAML 1.1 stands here");
          }
          break;
        }
        case YAML_DOCUMENT_END_EVENT: {
          const size_t rest = Offset(event->start_mark);
          graph.rest = feed_.FileOffset(rest);
          CheckAhead(rest, Offset(parser_.state().mark));
          return true;
        }
        default:
          if (!Add(event)) {
            return !again_;
          }
      }
    }
  }

 private:
  struct Open {
    uint32_t node;
    bool flow;
  };

  size_t Offset(const yaml_mark_t& mark) const { return feed_.OffsetOfCharacter(mark.index); }

  bool Fail(std::string_view code, size_t at, std::string message) {
    graph_->nodes.clear();
    graph_->failure = YamlFailure{code, feed_.FileOffset(at), std::move(message)};
    return true;
  }

  // What libyaml has to say.
  bool Fail() {
    const yaml_parser_t& state = parser_.state();
    if (state.error == YAML_READER_ERROR) {
      return Fail("yaml.encoding", std::min(state.problem_offset, feed_.bytes().size()),
                  Concat({"not YAML: ", state.problem}));
    }
    const std::string_view problem = state.problem == nullptr ? "no memory" : state.problem;
    const std::string_view context = state.context == nullptr ? "" : state.context;
    return Fail("yaml.syntax", Offset(state.problem_mark),
                Concat({"not YAML: ", problem, context.empty() ? "" : " (", context,
                        context.empty() ? "" : ")"}));
  }

  bool RepairAt(size_t at, std::string_view replacement, std::string_view decoded) {
    if (feed_.repairs().size() >= kMaxRepairs ||
        feed_.repairs().size() * feed_.bytes().size() > kMaxRepairBytes) {
      Fail("yaml.undecided", at,
           "too many texts that YAML parsers read differently; the text was not read");
      return false;
    }
    feed_.Repair(at, replacement, decoded);
    again_ = true;
    return true;
  }

  // Whether go-yaml would take what libyaml just refused, and the feed says it otherwise now. If
  // not, the failure is in the graph or still to be made.
  bool Repaired() {
    const yaml_parser_t& state = parser_.state();
    if (state.error != YAML_SCANNER_ERROR || state.problem == nullptr) {
      return false;
    }
    const size_t at = Offset(state.problem_mark);
    const std::string_view here = feed_.bytes().substr(at);
    const std::string_view problem = state.problem;
    constexpr std::string_view kFlow = ",[]";
    if (problem == "found unexpected ':'") {
      return RepairAt(at, "x", ":");
    }
    if (problem == "found unknown escape character") {
      return here.substr(0, 2) == "\\'" && RepairAt(at, "\\\"", "'");
    }
    if (problem == "did not find expected whitespace or line break" ||
        problem == "did not find expected tag URI") {
      return !here.empty() && kFlow.find(here[0]) != kFlow.npos && RepairAt(at, "~", "");
    }
    return false;
  }

  bool Add(const Event& event) {
    switch (event->type) {
      case YAML_ALIAS_EVENT:
        return AddAlias(event);
      case YAML_SCALAR_EVENT:
        return AddScalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return Begin(event, YamlNode::Kind::kSequence, View(event->data.sequence_start.anchor),
                     View(event->data.sequence_start.tag),
                     event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
      case YAML_MAPPING_START_EVENT:
        return Begin(event, YamlNode::Kind::kMapping, View(event->data.mapping_start.anchor),
                     View(event->data.mapping_start.tag),
                     event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        End(event);
        return true;
      default:
        return true;
    }
  }

  bool AddAlias(const Event& event) {
    const size_t at = Offset(event->start_mark);
    const std::string_view name = View(event->data.alias.anchor);
    const auto anchor = anchors_.find(name);
    if (anchor == anchors_.end()) {
      Fail("yaml.syntax", at, Concat({"the alias *", name, " names no anchor before it"}));
      return false;
    }
    graph_->has_alias = true;
    YamlNode* const node = NewNode(YamlNode::Kind::kAlias, at, Offset(event->end_mark));
    if (node != nullptr) {
      node->target = anchor->second;
    }
    return node != nullptr;
  }

  bool AddScalar(const Event& event) {
    const auto& scalar = event->data.scalar;
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const size_t end = Offset(event->end_mark);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const bool empty = plain && value.empty();
    size_t begin = Offset(event->start_mark);
    if (scalar.anchor != nullptr || scalar.tag != nullptr) {
      if (!TagEnds(begin)) {
        return false;
      }
      begin = empty ? end : SkipProperties(begin, end);
    }
    if (!CheckScalar(scalar.style, !open_.empty() && open_.back().flow, begin, end)) {
      return false;
    }
    YamlNode* const node = NewNode(YamlNode::Kind::kScalar, begin, end);
    if (node == nullptr) {
      return false;
    }
    node->tag = ToYamlTag(View(scalar.tag));
    node->implicit = scalar.plain_implicit != 0;
    node->quoted = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    SetValue(*node, value, begin, end);
    SetAnchor(View(scalar.anchor));
    return true;
  }

  bool Begin(const Event& event, YamlNode::Kind kind, std::string_view anchor, std::string_view tag,
             bool flow) {
    size_t begin = Offset(event->start_mark);
    if (!anchor.empty() || !tag.empty()) {
      if (!TagEnds(begin)) {
        return false;
      }
      begin = SkipProperties(begin, feed_.bytes().size());
    }
    if (open_.size() >= source::kMaxDepth) {
      Fail("yaml.depth", begin,
           Concat({"lists and maps are nested deeper than ", std::to_string(source::kMaxDepth),
                   "; the document was not read"}));
      return false;
    }
    YamlNode* const node = NewNode(kind, begin, begin);
    if (node == nullptr) {
      return false;
    }
    SetAnchor(anchor);
    open_.push_back({static_cast<uint32_t>(graph_->nodes.size() - 1), flow});
    return true;
  }

  void End(const Event& event) {
    YamlNode& node = graph_->nodes[open_.back().node];
    node.next = static_cast<uint32_t>(graph_->nodes.size());
    if (open_.back().flow) {
      node.end = feed_.FileOffset(Offset(event->end_mark));
    } else {
      // The token ends where the next begins; the value ends with its last part.
      const YamlNode& last = graph_->nodes.back();
      node.end = std::max({node.begin, last.end, last_end_});
    }
    last_end_ = node.end;
    open_.pop_back();
  }

  YamlNode* NewNode(YamlNode::Kind kind, size_t begin, size_t end) {
    if (graph_->nodes.size() >= source::kMaxYamlNodes) {
      Fail("yaml.nodes", begin,
           Concat({"the document has more than ", std::to_string(source::kMaxYamlNodes),
                   " values; it was not read"}));
      return nullptr;
    }
    YamlNode& node = graph_->nodes.emplace_back();
    node.kind = kind;
    node.begin = feed_.FileOffset(begin);
    node.end = feed_.FileOffset(end);
    node.next = static_cast<uint32_t>(graph_->nodes.size());
    return &node;
  }

  void SetAnchor(std::string_view name) {
    if (!name.empty()) {
      anchors_[graph_->texts.Keep(name)] = static_cast<uint32_t>(graph_->nodes.size() - 1);
    }
  }

  // go-yaml reads `,`, `[` and `]` as part of a tag, libyaml ends it there. False: repaired.
  bool TagEnds(size_t at) {
    const std::string_view bytes = feed_.bytes();
    while (at < bytes.size() && (bytes[at] == '&' || bytes[at] == '!')) {
      if (bytes[at] == '!' && bytes.substr(at, 2) != "!<") {
        size_t end = at;
        while (end < bytes.size() && BlankSize(bytes, end) == 0 && bytes[end] != ',') {
          ++end;
        }
        if (end < bytes.size() && bytes[end] == ',') {
          RepairAt(end, "~", "");
          return false;
        }
      }
      at = SkipProperty(at);
    }
    return true;
  }

  size_t SkipProperty(size_t at) const {
    const std::string_view bytes = feed_.bytes();
    while (at < bytes.size() && BlankSize(bytes, at) == 0) {
      ++at;
    }
    while (at < bytes.size()) {
      const size_t blank = BlankSize(bytes, at);
      if (blank == 0 && bytes[at] != '#') {
        break;
      }
      at = blank > 0 ? at + blank : std::min(bytes.find_first_of("\r\n", at), bytes.size());
    }
    return at;
  }

  // The content behind anchor and tag.
  size_t SkipProperties(size_t at, size_t end) const {
    const std::string_view bytes = feed_.bytes();
    for (int i = 0; i < 2 && at < end && (bytes[at] == '&' || bytes[at] == '!'); ++i) {
      at = SkipProperty(at);
    }
    return std::min(at, end);
  }

  // The tokens behind the value that both scanners looked at, to see where it ends.
  void CheckAhead(size_t begin, size_t end) {
    const std::string_view ahead = feed_.bytes().substr(begin, end - begin);
    if (ahead.find("\\/") == ahead.npos) {
      return;
    }
    yaml_parser_t scanner;
    if (yaml_parser_initialize(&scanner) != 1) {
      return;
    }
    yaml_parser_set_encoding(&scanner, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&scanner, reinterpret_cast<const unsigned char*>(ahead.data()),
                                 ahead.size());
    const size_t first = CharactersBefore(begin);
    yaml_token_t token;
    bool more = true;
    while (more && yaml_parser_scan(&scanner, &token) == 1) {
      more = token.type != YAML_STREAM_END_TOKEN && token.type != YAML_NO_TOKEN;
      if (token.type == YAML_SCALAR_TOKEN) {
        more = CheckScalar(token.data.scalar.style, false,
                           feed_.OffsetOfCharacter(first + token.start_mark.index),
                           feed_.OffsetOfCharacter(first + token.end_mark.index));
      }
      yaml_token_delete(&token);
    }
    yaml_parser_delete(&scanner);
  }

  size_t CharactersBefore(size_t offset) const {
    size_t count = 0;
    for (const char c : feed_.bytes().substr(0, offset)) {
      count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    }
    return count;
  }

  // What go-yaml's scanner refuses and libyaml's takes.
  bool CheckScalar(yaml_scalar_style_t style, bool in_flow, size_t begin, size_t end) {
    const std::string_view raw = feed_.bytes().substr(begin, end - begin);
    if (style == YAML_PLAIN_SCALAR_STYLE && in_flow) {
      if (const size_t mark = raw.find('?'); mark != raw.npos) {
        Fail("yaml.syntax", begin + mark,
             "not YAML: a question mark in a plain text inside brackets; put it in quotes");
        return false;
      }
    }
    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
      for (size_t at = raw.find('\\'); at != raw.npos; at = raw.find('\\', at + 2)) {
        if (raw.substr(at, 2) == "\\/") {
          Fail("yaml.syntax", begin + at,
               "not YAML as Kubernetes reads it: the escape \\/ in double quotes");
          return false;
        }
      }
    }
    return true;
  }

  void SetValue(YamlNode& node, std::string_view value, size_t begin, size_t end) {
    std::string repaired;
    const std::vector<YamlRepair>& repairs = feed_.repairs();
    auto repair = std::lower_bound(repairs.begin(), repairs.end(), begin,
                                   [](const YamlRepair& one, size_t at) { return one.at < at; });
    for (; repair != repairs.end() && repair->at < end; ++repair) {
      if (!repair->decoded.empty()) {
        if (repaired.empty()) {
          repaired = value;
        }
        PutRight(repaired, value, *repair, begin, end);
      }
    }
    if (!repaired.empty()) {
      value = repaired;
    }
    const uint32_t quote = node.quoted ? 1 : 0;
    const std::string_view raw = input_.file.substr(node.begin, node.end - node.begin);
    if (raw.size() == value.size() + 2 * quote && raw.substr(quote, value.size()) == value) {
      node.verbatim = true;
      node.value = raw.substr(quote, value.size());
    } else {
      node.value = graph_->texts.Keep(value);
    }
  }

  void PutRight(std::string& value, std::string_view decoded, const YamlRepair& repair,
                size_t begin, size_t end) const {
    const std::vector<source::OffsetStep> steps =
        StringOffsets(feed_.bytes().substr(begin, end - begin), decoded);
    const auto outer = static_cast<uint32_t>(repair.at - begin);
    for (size_t i = steps.size(); i-- > 0;) {
      if (steps[i].outer <= outer) {
        const size_t inner = steps[i].inner + (outer - steps[i].outer);
        if (inner + repair.decoded.size() <= value.size()) {
          value.replace(inner, repair.decoded.size(), repair.decoded);
        }
        return;
      }
    }
  }

  const YamlInput& input_;
  YamlFeed& feed_;
  Parser parser_;
  YamlGraph* graph_ = nullptr;
  std::vector<Open> open_;
  absl::flat_hash_map<std::string_view, uint32_t> anchors_;
  uint32_t last_end_ = 0;
  bool again_ = false;
};

}  // namespace

YamlGraph ParseYamlGraph(const YamlInput& input) {
  YamlFeed feed(input);
  while (true) {
    YamlGraph graph;
    Reader reader(input, feed);
    if (reader.Run(graph)) {
      return graph;
    }
  }
}

}  // namespace whomay::syntax
