// aws-auth: from the texts of a ConfigMap to facts::AwsAuth, as aws-iam-authenticator reads them.
//
//   AwsAuthSections sections;
//   sections.roles = SectionOf(sources, data.Get("mapRoles"));
//   facts.aws_auths.push_back(ReadAwsAuth(sections, head, sources, facts, diagnostics));
//
// mapRoles and mapUsers go through YAML, JSON and Go's encoding/json: keys match without regard to
// case and are decoded in byte order, a wrong type leaves its field zero, entries without an ARN
// are dropped one by one. mapAccounts are texts as written. Whatever empties one section leaves the
// others. Semantics: aws-iam-authenticator v0.7.18, configmap.ParseMap; `whomay-replay aws-auth`
// holds it to recorded answers.
//
// What is lost on the way is said, at its place in the outer file:
//   aws-auth.empty-section   a section of which nothing is read (broken, or no list)
//   aws-auth.dropped         an entry that does not count
//   aws-auth.type            a field or item of the wrong type, read as empty
//   aws-auth.key-case        two spellings of one key in one entry
//   aws-auth.duplicate       an entry whose ARN a later one takes over
//   aws-auth.leftover        text behind the first value, which nobody reads
//   aws-auth.unknown-key     a key of `data` that looks like a section's and is none
//   aws-auth.namespace       an aws-auth outside kube-system
// and, as a loss, aws-auth.limit where our limits are narrower than the authenticator's: the
// section is then a hole. Texts may hold holes (facts/hole.h). One inside a scalar is part of that
// text; one that stands anywhere else leaves the section open. Thread safety: that of the
// SourceSet, Facts and Diagnostics given.
#ifndef WHOMAY_LIB_INGEST_EKS_AWS_AUTH_H_
#define WHOMAY_LIB_INGEST_EKS_AWS_AUTH_H_

#include <string_view>

#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// The text of one section: absent, known, or a hole.
struct AwsAuthSection {
  source::FileId file = source::FileId::kNone;  // holds the text and nothing else
  bool holes = false;                           // its holes are written as placeholders
  facts::HoleId open = facts::HoleId::kNone;
};
struct AwsAuthSections {
  AwsAuthSection roles, users, accounts;
};

// Of a value of `data`: a string, or null for "". Missing values give an absent section.
AwsAuthSection SectionOf(source::SourceSet& sources, const syntax::Value& value);
// Of a text that stands in no tree; `where` is its place. A text that is one hole is open.
AwsAuthSection SectionOf(source::SourceSet& sources, std::string_view text, source::Span where);

// `head` gives origin, worlds and cluster.
facts::AwsAuth ReadAwsAuth(const AwsAuthSections& sections, facts::AwsAuth head,
                           source::SourceSet& sources, facts::Facts& facts,
                           source::Diagnostics& diagnostics);

// A ConfigMap that the Kubernetes reader found (KubernetesOptions::aws_auth); adds to
// facts.aws_auths unless it stands outside kube-system.
void ReadAwsAuthConfigMap(const AwsAuthConfigMap& config_map, source::SourceSet& sources,
                          facts::Facts& facts, source::Diagnostics& diagnostics);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_EKS_AWS_AUTH_H_
