#include "query/kubernetes_permission.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "query/resource_names.h"
#include "rbac/labels.h"

namespace whomay::query {
namespace {

constexpr std::string_view kUsage =
    "a permission is VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME], or "
    "VERB /URL";

// kubectl's lists (pkg/cmd/auth/cani.go).
constexpr std::array<std::string_view, 14> kResourceVerbs = {
    "*",       "get",    "list",
    "watch",   "create", "update",
    "patch",   "delete", "deletecollection",
    "use",     "bind",   "impersonate",
    "approve", "sign"};
constexpr std::array<std::string_view, 2> kMoreResourceVerbs = {"escalate", "attest"};
constexpr std::array<std::string_view, 8> kUrlVerbs = {"*",   "get",     "head",   "post",
                                                       "put", "options", "delete", "patch"};

// What people call things that RBAC calls otherwise.
struct Instead {
  std::string_view verb;
  std::string_view write;
};
constexpr Instead kInstead[] = {
    {"exec", "create pods/exec"},
    {"attach", "create pods/attach"},
    {"logs", "get pods/log"},
    {"log", "get pods/log"},
    {"port-forward", "create pods/portforward"},
    {"portforward", "create pods/portforward"},
    {"proxy", "get pods/proxy"},
    {"scale", "patch deployments/scale"},
    {"describe", "get"},
    {"edit", "patch"},
    {"apply", "patch"},
    {"read", "get"},
    {"write", "update"},
    {"drain", "create pods/eviction"},
    {"debug", "patch pods/ephemeralcontainers"},
    {"token", "create serviceaccounts/token"},
};

// Resources that are never served, only authorised (spec: rbac 2.1, 2.8). Each is cluster-scoped.
struct VirtualResource {
  std::string_view plural;
  std::string_view singular;
  std::string_view group;
  std::string_view verbs;  // one of these (a prefix) means it even where a CRD has the same name
};
constexpr VirtualResource kVirtualResources[] = {
    {"users", "user", "", "impersonate"},
    {"groups", "group", "", "impersonate"},
    {"uids", "uid", "authentication.k8s.io", "impersonate"},
    {"userextras", "userextra", "authentication.k8s.io", "impersonate"},
    {"signers", "signer", "certificates.k8s.io", "approve sign attest"},
};

template <typename List>
bool Contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::vector<std::string> SplitAtBlanks(std::string_view text) {
  std::vector<std::string> words;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find_first_of(" \t\n", begin), text.size());
    if (end > begin) {
      words.emplace_back(text.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return words;
}

class Reader {
 public:
  Reader(const PermissionFlags& flags, const ResourceNames& names, ReadPermission& result)
      : flags_(flags), names_(names), result_(result), permission_(result.permission) {}

  void Read(std::span<const std::string> words) {
    if (!SeparateFlags(words)) {
      return;
    }
    if (words_.size() < 2 || words_.size() > 3 || words_[0].empty() || words_[1].empty()) {
      return Fail(std::string(kUsage));
    }
    permission_.verb = words_[0];
    if (words_[1].front() == '/') {
      return ReadUrl();
    }
    if (words_.size() == 3) {
      permission_.name = words_[2];
    }
    if (ReadResource(words_[1])) {
      NoteVerb();
      ReadNamespace();
      ReadImpersonation();
    }
  }

 private:
  void Fail(std::string error) { result_.error = std::move(error); }
  void Note(std::initializer_list<std::string_view> pieces) {
    permission_.notes.push_back(Concat(pieces));
  }

  // Words without flags into words_, flags into flags_.
  bool SeparateFlags(std::span<const std::string> words) {
    struct Flag {
      std::string_view name;
      std::string_view shorter;
      std::string* value;
    };
    const Flag kValued[] = {{"--namespace", "-n", &flags_.namespace_name},
                            {"--subresource", "", &flags_.subresource}};
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string_view word = words[i];
      if (word == "--") {
        words_.insert(words_.end(), words.begin() + static_cast<ptrdiff_t>(i) + 1, words.end());
        return true;
      }
      if (word.size() < 2 || word.front() != '-') {
        words_.emplace_back(word);
        continue;
      }
      if (word == "-A" || word == "--all-namespaces") {
        flags_.all_namespaces = true;
        continue;
      }
      const size_t equals = word.find('=');
      const std::string_view name = word.substr(0, equals);
      const auto* flag = std::find_if(std::begin(kValued), std::end(kValued), [&](const Flag& f) {
        return name == f.name || (!f.shorter.empty() && name == f.shorter);
      });
      if (flag == std::end(kValued)) {
        Fail(Concat({"unknown flag ", word, " in a permission; ", kUsage}));
        return false;
      }
      if (equals != std::string_view::npos) {
        *flag->value = word.substr(equals + 1);
      } else if (++i < words.size()) {
        *flag->value = words[i];
      } else {
        Fail(Concat({word, " takes a value"}));
        return false;
      }
    }
    return true;
  }

  void ReadUrl() {
    permission_.url = words_[1];
    permission_.namespaced = Tri::kFalse;
    if (words_.size() > 2) {
      return Fail(Concat({"a URL takes no name: ", words_[2]}));
    }
    if (!flags_.subresource.empty()) {
      return Fail("a URL takes no --subresource");
    }
    if (!flags_.namespace_name.empty()) {
      Note({"a URL lies in no namespace: -n ", flags_.namespace_name, " is dropped"});
    }
    if (!Contains(kUrlVerbs, permission_.verb)) {
      Note({"\"", permission_.verb,
            "\" is no verb of a URL: those are the HTTP methods in lower case"});
    }
  }

  bool ReadResource(std::string_view text) {
    const size_t slash = text.find('/');
    const std::string_view type = text.substr(0, slash);
    permission_.subresource = flags_.subresource;
    if (slash != std::string_view::npos && slash + 1 < text.size() && SlashNames(type)) {
      if (!permission_.name.empty()) {
        Fail(Concat({"two names: ", text.substr(slash + 1), " and ", permission_.name}));
        return false;
      }
      permission_.name = text.substr(slash + 1);
    } else if (slash != std::string_view::npos && slash + 1 < text.size()) {
      const std::string_view subresource = text.substr(slash + 1);
      if (!flags_.subresource.empty() && flags_.subresource != subresource) {
        Fail(Concat({"two subresources: ", subresource, " and ", flags_.subresource}));
        return false;
      }
      if (subresource.find('/') != std::string_view::npos && !type.starts_with("userextras")) {
        Fail(Concat({"\"", text, "\": a subresource has no slash; a name is a word of its own, ",
                     type, "/SUBRESOURCE NAME"}));
        return false;
      }
      permission_.subresource = subresource;
    }
    if (type.empty()) {
      Fail(std::string(kUsage));
      return false;
    }
    if (type == "*" || type.starts_with("*.")) {
      ReadWildcard(type);
      return true;
    }
    ReadType(type);
    return true;
  }

  void ReadWildcard(std::string_view type) {
    permission_.resource = "*";
    if (type == "*" || type == "*.*") {
      permission_.group = "*";
      permission_.all_groups = true;
      return;
    }
    permission_.group = type.substr(2);  // "*.": the core group
    const auto same_group = [&](const ResourceRow& row) { return row.group == permission_.group; };
    if (std::none_of(names_.rows().begin(), names_.rows().end(), same_group)) {
      Note({"no resources of a group \"", permission_.group, "\" are known: asked as written"});
    }
  }

  static const VirtualResource* FindVirtual(std::string_view type) {
    for (const VirtualResource& each : kVirtualResources) {
      const size_t dot = type.find('.');
      const std::string_view name = type.substr(0, dot);
      const bool named =
          EqualsIgnoreAsciiCase(name, each.plural) || EqualsIgnoreAsciiCase(name, each.singular);
      const bool in_group =
          dot == std::string_view::npos || EqualsIgnoreAsciiCase(type.substr(dot + 1), each.group);
      if (named && in_group) {
        return &each;
      }
    }
    return nullptr;
  }

  // Whether the verb is one that is only ever asked of the virtual resource.
  bool VerbMeans(const VirtualResource& resource) const {
    const std::string_view verb = permission_.verb;
    if (resource.verbs == "impersonate") {
      return verb.starts_with("impersonate");
    }
    return verb == "approve" || verb == "sign" || verb == "attest";
  }

  // What is only ever authorised has no subresources (userextras apart): "impersonate users/alice"
  // and "approve signers/kubernetes.io/kubelet-serving" are names, as in kubectl.
  bool SlashNames(std::string_view type) const {
    const VirtualResource* virtual_resource = FindVirtual(type);
    if (virtual_resource != nullptr && VerbMeans(*virtual_resource)) {
      return virtual_resource->plural != "userextras";
    }
    const ResourceNames::Match match = names_.Find(type);
    return permission_.verb == "impersonate" && match.resource != nullptr &&
           match.resource->plural == "serviceaccounts" && match.resource->group.empty();
  }

  // The API server asks for one that is called like a ServiceAccount in that one's namespace, and
  // takes groups, uid and extras with a user only (spec: rbac 2.8).
  void ReadImpersonation() {
    if (permission_.verb != "impersonate" || !permission_.subresource.empty()) {
      return NoteImpersonation();
    }
    constexpr std::string_view kPrefix = "system:serviceaccount:";
    const std::string name = permission_.name;
    if (permission_.resource == "users" && permission_.group.empty() && name.starts_with(kPrefix)) {
      const std::vector<std::string_view> parts =
          Split(std::string_view(name).substr(kPrefix.size()), ':');
      if (parts.size() == 2 && rbac::IsDns1123Label(parts[0]) &&
          rbac::IsDns1123Subdomain(parts[1])) {
        permission_.resource = "serviceaccounts";
        permission_.namespaced = Tri::kTrue;
        permission_.namespace_name = parts[0];
        permission_.name = parts[1];
        Note({"the API server asks for ", name, " as impersonate serviceaccounts ", parts[1],
              " -n ", parts[0]});
      }
    }
    NoteImpersonation();
  }

  void NoteImpersonation() {
    if (permission_.verb == "impersonate" &&
        (permission_.resource == "groups" || permission_.resource == "uids" ||
         permission_.resource == "userextras")) {
      Note({"impersonating ", permission_.resource,
            " takes a user or ServiceAccount that one may impersonate as well"});
    }
  }

  void ReadType(std::string_view type) {
    const VirtualResource* virtual_resource = FindVirtual(type);
    const ResourceNames::Match match = names_.Find(type);
    if (virtual_resource != nullptr &&
        (match.resource == nullptr || VerbMeans(*virtual_resource))) {
      permission_.resource = virtual_resource->plural;
      permission_.group = virtual_resource->group;
      permission_.namespaced = Tri::kFalse;
      return;
    }
    if (match.resource == nullptr) {
      return ReadUnknown(type);
    }
    const ResourceRow& resource = *match.resource;
    permission_.resource = resource.plural;
    permission_.group = resource.group;
    permission_.namespaced = ToTri(resource.namespaced);
    if (!match.others.empty()) {
      std::vector<std::string> others;
      for (const ResourceRow* other : match.others) {
        others.push_back(other->FullName());
      }
      Note({"\"", type, "\" is read as ", resource.FullName(), "; it could also mean ",
            Join(others, ", ")});
    }
    NoteSubresource(resource, type);
  }

  void NoteSubresource(const ResourceRow& resource, std::string_view type) {
    const std::string& subresource = permission_.subresource;
    if (subresource.empty() || Contains(resource.subresources, subresource)) {
      return;
    }
    Note({"no subresource \"", subresource, "\" of ", resource.FullName(),
          " is known: asked as written; for an object of that name write \"", permission_.verb, " ",
          type, " ", subresource, "\""});
  }

  // Nothing knows the resource: the files may be right all the same.
  void ReadUnknown(std::string_view type) {
    const size_t dot = type.find('.');
    permission_.resource = type.substr(0, dot);
    permission_.group = dot == std::string_view::npos ? std::string_view() : type.substr(dot + 1);
    const std::string group =
        permission_.group.empty() ? "the core group" : Concat({"group ", permission_.group});
    std::string note = Concat({"no resource \"", type, "\" is known: asked as resource \"",
                               permission_.resource, "\" of ", group});
    if (names_.IsCategory(type)) {
      note += "; it is a category, ask for each of its resources";
    } else if (type.find(',') != std::string_view::npos) {
      note += "; ask for one resource at a time";
    }
    const std::vector<std::string> misses = names_.NearMisses(type);
    if (!misses.empty()) {
      note += Concat({"; near: ", Join(misses, ", ")});
    }
    permission_.notes.push_back(std::move(note));
  }

  void NoteVerb() {
    const std::string& verb = permission_.verb;
    if (Contains(kResourceVerbs, verb) || Contains(kMoreResourceVerbs, verb) ||
        verb.starts_with("impersonate:") || verb.starts_with("impersonate-on:")) {
      return;
    }
    const std::string lower = AsciiLower(verb);
    if (Contains(kResourceVerbs, lower) || Contains(kMoreResourceVerbs, lower)) {
      return Note({"verbs are compared letter by letter: \"", verb, "\" is not \"", lower, "\""});
    }
    for (const Instead& instead : kInstead) {
      if (instead.verb == lower) {
        return Note({"\"", verb, "\" is no verb of Kubernetes: asked as written; you may mean \"",
                     instead.write, "\""});
      }
    }
    Note({"\"", verb, "\" is no verb of Kubernetes: asked as written"});
  }

  void ReadNamespace() {
    permission_.namespace_name = flags_.all_namespaces ? std::string() : flags_.namespace_name;
    if (permission_.group.empty() && permission_.resource == "namespaces") {
      return ReadNamespaceOfNamespace();
    }
    if (permission_.namespaced == Tri::kFalse && !permission_.namespace_name.empty()) {
      Note({permission_.resource, " live in no namespace: -n ", permission_.namespace_name,
            " is dropped"});
      permission_.namespace_name.clear();
    }
  }

  // A request for a namespace lies in that namespace (the path is /api/v1/namespaces/NAME), save
  // lists and watches, whose name is a field selector.
  void ReadNamespaceOfNamespace() {
    const std::string written = std::move(permission_.namespace_name);
    permission_.namespace_name.clear();
    const bool collection = permission_.verb == "list" || permission_.verb == "watch" ||
                            permission_.verb == "deletecollection";
    if (!collection) {
      permission_.namespace_name = permission_.name;
    }
    if (!written.empty() && written != permission_.namespace_name) {
      Note({"namespaces live in no namespace: -n ", written, " is dropped"});
    }
    if (!permission_.namespace_name.empty()) {
      Note({"a request for namespace ", permission_.name, " lies in it: asked with -n ",
            permission_.name});
    }
  }

  PermissionFlags flags_;
  const ResourceNames& names_;
  ReadPermission& result_;
  KubernetesPermission& permission_;
  std::vector<std::string> words_;
};

}  // namespace

bool IsAwsAction(std::string_view word) {
  const size_t colon = word.find(':');
  if (colon == std::string_view::npos || word.find(':', colon + 1) != std::string_view::npos) {
    return false;
  }
  const std::string_view prefix = word.substr(0, colon);
  return prefix != "impersonate" && prefix != "impersonate-on";
}

ReadPermission ReadKubernetesPermission(std::span<const std::string> words,
                                        const PermissionFlags& flags, const ResourceNames& names) {
  ReadPermission result;
  Reader reader(flags, names, result);
  if (words.size() == 1) {
    reader.Read(SplitAtBlanks(words[0]));
  } else {
    reader.Read(words);
  }
  return result;
}

}  // namespace whomay::query
