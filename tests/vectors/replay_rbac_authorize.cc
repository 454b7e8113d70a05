// rbac-authorize: worlds of RBAC objects and what the API server answers to requests in them.
// Worlds of authorize_real name documents below --corpus instead of holding objects.
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "base/strings.h"
#include "data/bootstrap_rbac.h"
#include "ingest/kubernetes/bootstrap.h"
#include "ingest/kubernetes/objects.h"
#include "rbac/policy.h"
#include "syntax/yaml.h"
#include "tests/vectors/replay.h"

namespace whomay::replay {
namespace {

// A file of the corpus, as kubectl reads it.
struct CorpusFile {
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  syntax::Stream stream;
};

const CorpusFile* ReadCorpusFile(const std::string& path) {
  static std::map<std::string, std::unique_ptr<CorpusFile>> files;
  std::unique_ptr<CorpusFile>& file = files[path];
  if (file == nullptr) {
    file = std::make_unique<CorpusFile>();
    std::ifstream in(path, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const source::FileId id = file->sources.Add(path, bytes.str());
    syntax::StreamOptions options;
    options.as_kubectl = true;
    file->stream = syntax::ReadKubernetesStream(file->sources, id, options, file->diagnostics);
  }
  return file.get();
}

uint32_t Number(std::string_view text) {
  return text.empty() ? 0 : static_cast<uint32_t>(std::stoul(std::string(text)));
}

// False when the document is not there.
bool ReadRef(const syntax::Value& ref, const Options& options, facts::Facts& facts,
             source::Diagnostics& diagnostics) {
  const CorpusFile* file = ReadCorpusFile(Concat({options.corpus, "/", ref.Get("file").text()}));
  const uint32_t document = Number(ref.Get("doc").text());
  if (document >= file->stream.documents.size()) {
    return false;
  }
  syntax::Value object = file->stream.documents[document].tree.root();
  if (ref.Get("item")) {
    object = object.Get("items").At(Number(ref.Get("item").text()));
  }
  ingest::KubernetesOptions reading;
  if (ref.Get("namespace")) {
    reading.default_namespace = facts.Keep(ref.Get("namespace").text());
  }
  const size_t before = facts.roles.size() + facts.bindings.size();
  ingest::ReadObject(object, reading, facts, diagnostics);
  return facts.roles.size() + facts.bindings.size() == before + 1;
}

rbac::Policy BuildPolicy(const facts::Facts& facts, bool count_refused) {
  rbac::BuildOptions options;
  options.count_refused = count_refused;
  options.holes = &facts.holes;
  rbac::PolicyBuilder builder(options);
  for (const facts::RbacRole& role : facts.roles) {
    builder.Add(role);
  }
  for (const facts::RbacBinding& binding : facts.bindings) {
    builder.Add(binding);
  }
  return builder.Build();
}

// The caller, implicit groups included. `username` keeps a ServiceAccount's name.
rbac::Identity Caller(const syntax::Value& request, std::string& username) {
  std::vector<std::string_view> groups;
  for (const syntax::Value group : request.Get("groups").elements()) {
    groups.push_back(group.text());
  }
  const syntax::Value account = request.Get("serviceaccount");
  if (account) {
    const std::vector<std::string_view> parts = Split(account.text(), '/');
    username = Concat({"system:serviceaccount:", parts[0], ":", parts[1]});
  } else {
    username = request.Get("anonymous").is_true() ? "system:anonymous" : request.Get("user").text();
  }
  return rbac::WithImplicitGroups(username, groups, static_cast<bool>(account));
}

rbac::Request Asked(const syntax::Value& request) {
  return {request.Get("verb").text(),      request.Get("apigroup").text(),
          request.Get("resource").text(),  request.Get("subresource").text(),
          request.Get("namespace").text(), request.Get("name").text(),
          request.Get("url").text()};
}

std::string Describe(const syntax::Value& request) {
  std::string text;
  for (const syntax::Value field : request.members()) {
    text += Concat({" ", field.key(), "=", field.text()});
    for (const syntax::Value element : field.elements()) {
      text += Concat({element.text(), ","});
    }
  }
  return text;
}

// `who` must list somebody whom the request is granted to exactly if it is.
bool ListedBy(const rbac::Policy& policy, const rbac::Identity& identity,
              const rbac::ResolvedRequest& request) {
  for (const rbac::Grantee& grantee : policy.Grantees(request)) {
    if (grantee.decision.allowed != Tri::kTrue) {
      continue;
    }
    switch (grantee.kind) {
      case rbac::Grantee::Kind::kUser:
        if (grantee.name == identity.username) {
          return true;
        }
        break;
      case rbac::Grantee::Kind::kServiceAccount:
        if (Concat({"system:serviceaccount:", grantee.namespace_name, ":", grantee.name}) ==
            identity.username) {
          return true;
        }
        break;
      case rbac::Grantee::Kind::kGroup:
        for (const std::string_view group : identity.groups) {
          if (group == grantee.name) {
            return true;
          }
        }
        break;
      case rbac::Grantee::Kind::kAnybody:
        break;
    }
  }
  return false;
}

void Compare(const rbac::Policy& policy, const syntax::Value& line, const syntax::Value& allow,
             std::string_view what, Outcome& outcome) {
  auto expected = allow.elements().begin();
  for (const syntax::Value request : line.Get("requests").elements()) {
    const bool wanted = (*expected).is_true();
    ++expected;
    std::string username;
    const rbac::Identity identity = Caller(request, username);
    const rbac::ResolvedRequest asked = policy.Resolve(Asked(request));
    const rbac::Decision decision = policy.Authorize(policy.Resolve(identity), asked);
    const bool listed = ListedBy(policy, identity, asked);
    if (decision.allowed == ToTri(wanted) && listed == wanted) {
      ++outcome.passed;
      continue;
    }
    ++outcome.failed;
    const std::string_view got = decision.allowed == Tri::kTrue    ? "allowed"
                                 : decision.allowed == Tri::kFalse ? "denied"
                                                                   : "unknown";
    outcome.differences.push_back(
        Concat({what, ": wanted ", wanted ? "allowed" : "denied", ", got ", got,
                listed ? ", listed" : ", not listed", ":", Describe(request)}));
  }
}

}  // namespace

Outcome ReplayRbacAuthorize(const syntax::Value& line, const Options& options) {
  Outcome outcome;
  facts::Facts facts;
  source::Diagnostics diagnostics;
  if (line.Get("bootstrap").is_string()) {
    ingest::AddBootstrapRbac(data::BootstrapFor(line.Get("bootstrap").text()), "", facts);
  }
  for (const syntax::Value object : line.Get("objects").elements()) {
    ingest::ReadObject(object, ingest::KubernetesOptions(), facts, diagnostics);
  }
  for (const syntax::Value ref : line.Get("refs").elements()) {
    if (!ReadRef(ref, options, facts, diagnostics)) {
      ++outcome.failed;
      outcome.differences.push_back(
          Concat({"not read: ", ref.Get("file").text(), " doc ", ref.Get("doc").text()}));
    }
  }
  Compare(BuildPolicy(facts, true), line, line.Get("allow"), "allow", outcome);
  if (line.Get("allow_without_invalid")) {
    Compare(BuildPolicy(facts, false), line, line.Get("allow_without_invalid"),
            "allow_without_invalid", outcome);
  }
  return outcome;
}

}  // namespace whomay::replay
