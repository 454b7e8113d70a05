// The rules, explained. Ids are stable: a rule that goes away leaves its id unused.
#include <algorithm>
#include <iterator>

#include "whomay/findings.h"

namespace whomay {
namespace {

using enum FindingSeverity;

// Sorted by id. Severity: high is access that nobody can have meant or that defeats another
// control; medium is access that is wrong or void in most places; low is worth a look.
constexpr RuleInfo kRules[] = {
    {"access-entry-duplicate", kMedium, "Two access entries of one principal",
     "EKS holds one access entry for each principal and cluster; of two in the inputs "
     "only the later counts, and applying both fails.",
     "Keep one.", "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"},
    {"access-entry-empty", kLow, "An access entry that gives nothing",
     "An access entry without groups, user name and access policies lets its principal "
     "authenticate, and then do what every authenticated caller may: find out what the "
     "API offers. Mostly a policy association was forgotten.",
     "Associate an access policy, name groups that bindings know, or remove the entry.",
     "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"},
    {"access-entry-refused", kMedium, "EKS refuses this access configuration",
     "EKS takes no groups that begin with system:, no user names with its reserved "
     "prefixes, no policies on node entries, no IAM groups or sessions as principals. "
     "What it refuses grants nothing, and the apply fails.",
     "Bind the access that is wanted to an own group, or associate an access policy.",
     "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"},
    {"access-entry-shadows-aws-auth", kMedium,
     "An access entry takes the place of a line of aws-auth",
     "Where a principal has an access entry, aws-auth is not looked at for it: nothing "
     "is merged. A line with more groups than the entry is access that somebody "
     "believes in and that is not there.",
     "Remove the line, and give the entry what it lacks.",
     "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"},
    {"access-policy-without-entry", kMedium,
     "An access policy for a principal without access entry",
     "Access policies are associated with access entries. Without an entry for the "
     "same principal the association fails and grants nothing.",
     "Add the access entry.",
     "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"},
    {"assertion", kHigh, "An assertion of the configuration is broken",
     "The configuration says who may, or must not, hold a permission, and the files "
     "say otherwise. The path shows how.",
     "Take away the access, or change the assertion.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
    {"assertion-undecided", kLow, "An assertion that the files do not decide",
     "Whether the principal holds the permission depends on what is not among the "
     "inputs: a policy's text, a value that is known after apply only.",
     "Give the missing file, or the value with --assume.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
    {"authentication-mode", kMedium, "Configuration that the authentication mode ignores",
     "A cluster in mode API never reads aws-auth; one in mode CONFIG_MAP has no access "
     "entries. What stands in the other place is access that somebody believes in and "
     "that is not there.",
     "Move it to the place that the mode reads, or change the mode.",
     "https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html"},
    {"aws-auth-account", kMedium, "A whole account is mapped",
     "mapAccounts lets every principal of the account authenticate, roles of other "
     "teams and of CI included. Each has its own ARN as user name and no groups, but "
     "whatever is bound to system:authenticated is theirs.",
     "Map the roles that need it.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-ambiguous-role", kMedium, "Several roles of one name",
     "aws-auth sees a role without its path. Roles of one name in several paths are the same to "
     "it: whoever has one of them has what the line gives.",
     "Give the roles different names, or use access entries, which see the whole ARN.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/issues/268"},
    {"aws-auth-bad-arn", kMedium, "A text that is no caller's ARN",
     "aws-auth compares texts, without regard to case and without trimming. A line end "
     "(from | or >), a blank, a placeholder or another kind of ARN matches nobody, "
     "silently.",
     "Write the role's or user's ARN, in block scalars with |- or >-.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-broken", kHigh, "A section of aws-auth that is not read",
     "One error of syntax or form in mapRoles, mapUsers or mapAccounts empties the "
     "whole section: everybody mapped there is locked out, nodes included. The error "
     "is in the authenticator's log only.",
     "Mend the text at the place that the message names.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/pull/607"},
    {"aws-auth-dropped", kMedium, "An entry of aws-auth that is dropped",
     "An entry without rolearn (in mapRoles) or userarn (in mapUsers), or that is no "
     "map, is left out; its neighbours stay.",
     "Give the entry its ARN under the right key.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-duplicate", kMedium, "One ARN mapped twice",
     "Of two entries of one ARN the last stands, and nothing is merged: the groups of "
     "the earlier are lost.",
     "Put the groups into one entry.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/issues/102"},
    {"aws-auth-key-case", kLow, "Two spellings of one key",
     "Keys match without regard to case, and of two spellings in one entry the "
     "lower-case one wins wherever it stands.",
     "Keep one.", "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-leftover", kMedium, "Text that nobody reads",
     "Only the first value of a section counts: text behind --- or ..., or behind a "
     "list in brackets, is dropped unread.",
     "Put everything into one list.", "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-masters", kMedium, "Mapped to system:masters",
     "Members of system:masters may do everything, and no RBAC rule, no admission of "
     "bindings and no audit of RBAC shows or takes it away. It is meant for "
     "emergencies.",
     "Use an access entry with AmazonEKSClusterAdminPolicy, or an own group bound to "
     "cluster-admin.",
     "https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html"},
    {"aws-auth-merge", kLow, "A merge key that overrides",
     "In aws-auth `<<` sets its keys where it stands: a key of the entry that stands before it is "
     "overridden.",
     "Put `<<` first, or write the entry out.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-no-username", kLow, "No user name",
     "The authenticator puts nothing in place of a missing user name (nor of one that "
     "YAML reads as number or boolean). Aggregated APIs such as metrics answer 401 "
     "then, and audit logs do not tell who it was.",
     "Give a user name, quoted.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/issues/289"},
    {"aws-auth-node-groups", kMedium, "A node's line without system:nodes",
     "Nodes need the groups system:nodes and system:bootstrappers, else they cannot "
     "register or fetch their pods.",
     "Add the groups.", "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-node-missing", kMedium, "Nodes that nothing maps",
     "EKS maps the roles of managed node groups and Fargate profiles by itself; the "
     "role of self-managed nodes must be in aws-auth or have an access entry of type "
     "EC2_LINUX.",
     "Map the role.", "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-partition", kMedium, "An ARN of another partition",
     "A cluster accepts tokens of its own partition's STS only: an arn:aws: line in "
     "GovCloud or China matches nobody.",
     "Write the partition of the cluster.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-place", kMedium, "aws-auth where nobody looks",
     "Only the ConfigMap kube-system/aws-auth counts, and in it only mapRoles, "
     "mapUsers and mapAccounts, spelled exactly so.",
     "Move it, or correct the key.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-role-path", kMedium, "A role's ARN with its path",
     "STS never tells a role's path, so the caller is compared as role/NAME, and a "
     "line with the path matches nobody. Two roles of one name in different paths "
     "cannot be told apart.",
     "Write the ARN without the path.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/issues/268"},
    {"aws-auth-root", kMedium, "The root user mapped",
     "arn:...:root is the account's root user alone, not everybody in the account.",
     "Map roles, or use mapAccounts if the whole account is meant.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-session-arn", kMedium, "A session's ARN",
     "Callers are compared by their role; arn:aws:sts::...:assumed-role/NAME/SESSION "
     "matches nobody.",
     "Write arn:aws:iam::ACCOUNT:role/NAME.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-sso", kMedium, "The sso matcher, which EKS does not offer",
     "aws-iam-authenticator can match roles of Identity Center by permission set "
     "behind a feature gate; EKS leaves it off, so such an entry maps nobody.",
     "Map the role AWSReservedSSO_... without its path, or use an access entry.",
     "https://github.com/aws/containers-roadmap/issues/474"},
    {"aws-auth-system-user", kMedium, "Mapped to one of Kubernetes' own users",
     "aws-auth accepts every user name. As system:serviceaccount:NS:NAME the caller "
     "has what is bound to that ServiceAccount, and audit logs show it as that one.",
     "Give it a user name of its own and bind what it needs.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-type", kMedium, "A value that is read as empty",
     "A field of the wrong type is empty, its entry stays: `groups: system:masters` "
     "gives no groups, an unquoted number or yes/no gives no user name.",
     "Write groups as a list, and quote what YAML could take for something else.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"aws-auth-user-path", kMedium, "A user's ARN without its path",
     "Unlike roles, users are compared with their path: a line without it matches "
     "nobody.",
     "Write the user's whole ARN.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"aws-auth-wildcard", kMedium, "A wildcard in an ARN",
     "aws-auth compares ARNs as texts: `*` is a character, and the line matches "
     "nobody.",
     "Map each role, or use mapAccounts.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator/issues/333"},
    {"both-mechanisms", kMedium, "IRSA and Pod Identity on one ServiceAccount",
     "A ServiceAccount that is annotated with a role and associated with one gets "
     "either, depending on the order in which the webhook saw them. Pods of one "
     "deployment may act as different roles.",
     "Keep one.", "https://github.com/aws/amazon-eks-pod-identity-webhook/issues/263"},
    {"escalation-aws-admin", kHigh, "Can give itself every permission in AWS",
     "The principal is no administrator, and holds permissions with which it can make "
     "itself one: attach a policy to itself, rewrite one that it has, hand an "
     "administrator's role to a service that it controls. The path shows how.",
     "Take the permission away, restrict its resource, or put a permissions boundary "
     "on the principal.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"},
    {"escalation-cluster-admin", kHigh, "Can make itself administrator of the cluster",
     "The principal is no administrator of the cluster, and holds permissions with "
     "which it can become one: write access entries or aws-auth, bind or escalate "
     "roles, impersonate, start a pod as a powerful ServiceAccount. The path shows "
     "how.",
     "Take the permission away, or restrict it to names and namespaces where it does "
     "no harm.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"escalation-deploy", kMedium, "Who deploys has the workloads' AWS roles",
     "Who may start pods in a namespace can run them as any of its ServiceAccounts and on "
     "the host's network, and so has their AWS roles and the nodes'; who may pass a role to "
     "a service and start the service's work has that role. That is intended for those who "
     "deploy; it is worth a look for everybody else in the list.",
     "If it is not intended: separate namespaces, or take the permission away.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"escalation-not-checked", kNote, "Escalation was not looked for everywhere",
     "There are more principals than are looked at for escalation in one run.",
     "Check parts of the inputs by themselves.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"escalation-past-boundary", kHigh, "Gets past its permissions boundary",
     "The principal has a permissions boundary, which says what it may do at most, and "
     "can become roles that have none: by a pod's token for instance, in a namespace "
     "where it may exec. The boundary does not hold then.",
     "Take away the way (exec, pods, impersonation where such roles are used), or give "
     "the roles the same boundary.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"},
    {"escalation-role", kHigh, "Can become AWS roles that nobody gave it",
     "Who may exec into pods, change running ones or make tokens in a namespace has the "
     "AWS roles of its ServiceAccounts; who may change a role's trust or pass it has that "
     "role. The principal may not even start workloads there, so this is access that "
     "nobody decided on.",
     "Take the permission away, or give it in namespaces whose workloads have no roles.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"group-unbound", kLow, "A group that no binding names",
     "Mapping somebody to a group gives nothing until a RoleBinding or "
     "ClusterRoleBinding names the group, as a Group, in the same case. A ClusterRole "
     "of that name does not help.",
     "Bind the group, or correct its name.",
     "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html"},
    {"iam-admin", kMedium, "Every action on every resource",
     "The principal is an administrator of its account. Each such principal is one "
     "more that an attacker looks for.",
     "Give what the work needs.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
    {"iam-assume-any-role", kLow, "May assume every role",
     "sts:AssumeRole on `*` lets the principal into every role, of any account, whose "
     "trust names its account.",
     "Name the roles.", "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
    {"iam-not-action", kMedium, "Allow with NotAction",
     "Allow with NotAction gives everything but what it names, services that do not "
     "exist yet included.",
     "List the actions that are needed.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"},
    {"iam-pass-any-role", kMedium, "May pass every role",
     "With iam:PassRole on `*` any role that a service may assume can be given to it, "
     "by whoever may start that service's work: a function, an instance, a Pod "
     "Identity association.",
     "Name the roles, and add iam:PassedToService.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"},
    {"iam-service-wildcard", kLow, "Every action of a service on every resource",
     "A wildcard over a whole service includes the actions that change who may use it "
     "(access entries of eks:*, policies of s3:*) and those that come later.",
     "List the actions that are needed.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
    {"irsa-bad-annotation", kMedium, "An annotation that is no role's ARN",
     "The webhook passes eks.amazonaws.com/role-arn on as it stands; every call of the "
     "pod then fails.",
     "Write the role's ARN.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-condition-void", kHigh, "A condition that always holds",
     "The key of the condition is another issuer's, so tokens of this provider never "
     "carry it, and with ...IfExists, ForAllValues: or a Not operator it holds: every "
     "ServiceAccount of the cluster may become the role.",
     "Use the provider's own issuer in the key, and StringEquals.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"irsa-conditions-and", kMedium, "Conditions that must both hold",
     "All conditions of a statement must hold. A ServiceAccount named under StringEquals that does "
     "not fit the pattern under StringLike beside it does not get in, though the statement names "
     "it.",
     "Put the alternatives into one list under one operator, or into statements of their own.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html"},
    {"irsa-literal-star", kMedium, "A wildcard under StringEquals",
     "StringEquals takes `*` and `?` as characters: nobody has such a subject, so "
     "nobody gets in.",
     "Name the ServiceAccounts, or use StringLike knowingly.",
     "https://github.com/crossplane/crossplane/issues/5578"},
    {"irsa-negated-sub", kHigh, "Everybody but those named",
     "StringNotEquals or StringNotLike on the token's subject admits every other "
     "ServiceAccount of the cluster, those to come included.",
     "Name those that may, with StringEquals.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"irsa-no-annotation", kLow, "Trusted, but not annotated",
     "The role trusts the ServiceAccount, which does not ask for it: its pods use "
     "other credentials. Whoever gets a token of the ServiceAccount can still become "
     "the role.",
     "Annotate the ServiceAccount, or remove the trust.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-no-trust", kMedium, "Annotated, but not trusted",
     "The pods ask for a role that does not let them in. Their calls fail with "
     "AccessDenied, and SDKs do not fall back to the node's role.",
     "Let the role trust system:serviceaccount:NAMESPACE:NAME, with the cluster's "
     "provider and audience.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-provider-account", kMedium, "A provider of another account",
     "A role trusts identity providers of its own account only; one of another account "
     "never lets anybody in.",
     "Create the provider in the role's account.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-provider-missing", kMedium, "An identity provider that nobody makes",
     "The trust names an identity provider that no file creates or reads. Without it "
     "tokens are refused.",
     "Create the provider in the role's account, or give whomay the file that does.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-role-missing", kMedium, "Annotated with a role that is not there",
     "The inputs hold the account's roles and not this one: the pods' calls fail.",
     "Correct the name, or create the role.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-service-account-missing", kLow, "A trusted ServiceAccount that is not there",
     "No manifest makes the ServiceAccount: who may create it in that namespace has "
     "the role.",
     "Create it, or remove the trust.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-wildcard-name", kMedium, "Every ServiceAccount of a namespace",
     "The pattern admits ServiceAccounts that nobody thought of, `default` often among "
     "them: who may run a pod in the namespace has the role.",
     "Name the ServiceAccounts.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-wildcard-namespace", kHigh, "ServiceAccounts of any namespace",
     "The pattern leaves the namespace open (and `*` crosses colons): who may create a "
     "ServiceAccount of that name and a pod anywhere, in a sandbox for one, becomes "
     "the role.",
     "Name the namespaces and ServiceAccounts.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"irsa-wrong-audience", kMedium, "An audience that the provider does not know",
     "AWS takes tokens only for audiences that the identity provider lists. The trust asks for "
     "another one, so nobody gets in.",
     "Use sts.amazonaws.com, or add the audience to the provider.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"irsa-wrong-issuer", kMedium, "A condition on another issuer's key",
     "The condition's key must begin with the issuer of the provider that is trusted. "
     "With another cluster's nobody gets in.",
     "Use the provider's issuer.",
     "https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html"},
    {"kubernetes-duplicate", kLow, "One object twice",
     "Of two objects of one kind, namespace and name the later stands, and what the earlier gives "
     "is lost: mostly an object that was copied and not renamed.",
     "Rename one, or remove it.",
     "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"},
    {"node-role-reachable", kMedium, "Every pod reaches a strong node role",
     "Where the hop limit of the instance metadata lets pods through, every pod can "
     "act as its node's role. That role holds policies beyond what nodes need, which "
     "every workload, and whoever breaks into one, has too.",
     "Set the hop limit to 1 with IMDSv2 required, and give workloads roles of their "
     "own.",
     "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"},
    {"oidc-no-aud", kLow, "No condition on the audience",
     "Tokens made for every client id of the provider let in, not only those made for "
     "AWS STS.",
     "Add StringEquals on ISSUER:aud with sts.amazonaws.com.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"oidc-no-sub", kHigh, "No condition on the subject",
     "Without one, everybody who has a token of the issuer may become the role: every "
     "ServiceAccount of the cluster, every repository of the code host.",
     "Add StringEquals on ISSUER:sub.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"oidc-wide-sub", kHigh, "A subject pattern that admits strangers",
     "The pattern has a wildcard before it says whose the subject is: repositories of "
     "other people match it.",
     "Name the organisation and repository, and the branch or environment.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
    {"pod-identity-no-agent", kMedium, "Pod Identity without agent",
     "Associations work through the EKS Pod Identity Agent on every node. Without it "
     "pods get no role, and fall to their node's.",
     "Add the add-on eks-pod-identity-agent.",
     "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"},
    {"pod-identity-no-conditions", kMedium, "Any cluster may hand out the role",
     "The trust admits pods.eks.amazonaws.com without condition: whoever may create an "
     "association in any cluster of the account, and pass the role, gives it to any "
     "ServiceAccount.",
     "Add aws:SourceArn of the cluster, or aws:RequestTag/kubernetes-namespace and "
     "-service-account.",
     "https://github.com/terraform-aws-modules/terraform-aws-eks-pod-identity/issues/11"},
    {"pod-identity-no-tag-session", kMedium, "Pod Identity without sts:TagSession",
     "Pod Identity tags its sessions; a trust that allows sts:AssumeRole alone refuses "
     "them, and pods get no credentials.",
     "Allow sts:TagSession as well, or disable the association's session tags.",
     "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"},
    {"pod-identity-refused", kMedium, "EKS refuses this Pod Identity association",
     "The association contradicts itself or its cluster; it gives nothing, and the "
     "apply fails.",
     "See the message.", "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"},
    {"primitive-aggregation", kLow, "Writes ClusterRoles",
     "Kubernetes lets nobody write more into a role than it holds itself, but a ClusterRole with a "
     "label aggregate-to-view, -edit or -admin adds its rules to these roles: the holder hands its "
     "own permissions to everybody who has them.",
     "Give create, update and patch of clusterroles to those who administer RBAC.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"primitive-bootstrap-tokens", kLow, "Makes Secrets in kube-system",
     "A Secret of type bootstrap.kubernetes.io/token there is a credential with which a node joins "
     "the cluster, where bootstrap tokens are on; certificates of nodes are approved by "
     "themselves.",
     "Restrict create of secrets to other namespaces.",
     "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/"},
    {"primitive-certificates", kMedium, "Approves or signs certificates",
     "Whoever makes certificate requests and approves them for the signer "
     "kubernetes.io/kube-apiserver-client, or signs them, is any user it likes to be, for as long "
     "as the certificate lasts and past every RBAC change. EKS signs no client certificates by "
     "default.",
     "Restrict `approve` and `sign` by resourceNames to signers of your own.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-deputy", kLow, "Commands a strong controller",
     "Controllers of deployments, pipelines, backups and infrastructure carry out what such "
     "objects say, with their own rights, often those of an administrator.",
     "Restrict what the controller does for an object (projects, impersonation, policies), and who "
     "writes them.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-host-volumes", kMedium, "Mounts a node's disk by a volume",
     "A PersistentVolume of type hostPath is a folder of the node, and a pod that mounts its claim "
     "reads and writes it: the kubelet's credentials and the tokens of all pods there. Pod "
     "Security looks at pods, not at volumes.",
     "Give create of persistentvolumes to provisioners only.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-nodes", kLow, "Changes nodes",
     "Labels and taints decide where pods go, and a node's status what it is taken for: pods with "
     "strong ServiceAccounts can be drawn to a node that the holder controls.",
     "Give update and patch of nodes to controllers of nodes only.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-pod-binding", kLow, "Places pods on nodes of its choice",
     "Who starts pods and binds them itself passes by the scheduler, and so by what keeps its pods "
     "off the nodes of others.",
     "Give create of pods/binding to schedulers only.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-pod-security", kLow, "Relaxes Pod Security",
     "Labels of a namespace say what Pod Security refuses there. Who changes them and starts pods "
     "can start privileged ones, which are the node.",
     "Give update and patch of namespaces to those who administer them.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-secrets", kLow, "Reads every Secret",
     "Secrets hold what workloads authenticate with, lasting tokens of ServiceAccounts among it. "
     "`list` and `watch` show contents as `get` does.",
     "Name the Secrets, or bind the role in the namespaces where it is needed.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"primitive-traffic", kLow, "Redirects others' traffic",
     "Endpoints, and the addresses in a service's status, decide where traffic for a service goes "
     "(CVE-2020-8554): the holder can put itself between its clients and it.",
     "Give these to the controllers that write them.",
     "https://github.com/kubernetes/kubernetes/issues/97076"},
    {"rbac-aggregated-rules", kLow, "Rules that the controller writes over",
     "A ClusterRole with an aggregationRule gets its rules from the ClusterRoles that it selects; "
     "what stands under rules is replaced.",
     "Put the rules into a ClusterRole of their own that carries the label.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-all-service-accounts", kMedium, "Bound to every ServiceAccount",
     "Every pod that mounts a token has the role, and whoever breaks into any of them.",
     "Bind the ServiceAccounts that need it.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-anonymous", kHigh, "Bound to callers that nobody authenticated",
     "Whoever reaches the API server has the role, without credentials.", "Remove the subject.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-authenticated", kMedium, "Bound to whoever authenticates",
     "Every mapped AWS principal and every ServiceAccount is in system:authenticated.",
     "Bind a group of your own.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-cluster-admin", kMedium, "Bound to cluster-admin",
     "The subject may do everything in the cluster.", "Bind a role with what it needs.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-dangling", kLow, "A binding whose role does not exist",
     "It grants nothing now, and whatever the role will say once somebody creates it.",
     "Create the role, or remove the binding.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-dead-names", kLow, "resourceNames that match nothing",
     "resourceNames are compared as they stand: `*` is a name that nothing has. Requests to list "
     "and watch carry a name only with a field selector on metadata.name.",
     "Leave resourceNames out, or name the objects and use get.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-dead-scope", kLow, "Cluster-scoped permissions in a RoleBinding",
     "A RoleBinding grants within its namespace. Nodes, volumes, URLs and whatever else lies in no "
     "namespace is not granted by it.",
     "Bind with a ClusterRoleBinding, or leave the rules out.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-default-service-account", kLow, "Bound to the default ServiceAccount",
     "Pods that name no ServiceAccount run as `default`: all of them get the role.",
     "Give the workload a ServiceAccount of its own.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-empty", kLow, "A role without rules, a binding without subjects",
     "It grants nothing, which mostly is a slip in its YAML.", "Fill it in, or remove it.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-masters-subject", kLow, "A binding for system:masters",
     "The group may do everything whatever the bindings say; the binding has no effect "
     "and hides that.",
     "Remove the subject.", "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-names-without-effect", kLow, "resourceNames with create or deletecollection",
     "Requests to create or to delete a collection carry no name when they are "
     "authorised, so a rule with names never matches them.",
     "Put these verbs into a rule without names.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-namespace-admin", kMedium, "cluster-admin in a namespace",
     "A RoleBinding to cluster-admin gives everything in the namespace: Secrets, the AWS roles of "
     "its ServiceAccounts, and RBAC with escalate and bind.",
     "Bind `admin` or `edit`, or a role with what is needed.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-refused", kMedium, "An object that the API server refuses",
     "It does not pass validation (no verbs, a namespace missing, a subject of an "
     "unknown kind, another role's apiGroup), so it is never stored and grants "
     "nothing.",
     "See the message.", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-strong-verbs", kMedium, "escalate, bind or impersonate without names",
     "These verbs let their holder give out, or take on, permissions that it does not have. "
     "Without resourceNames there is no bound to that.",
     "Add resourceNames.", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-subject-missing", kLow, "A bound ServiceAccount that is not there",
     "The inputs hold ServiceAccounts of the namespace and not this one: who may create it has the "
     "role.",
     "Correct the name, create the ServiceAccount, or remove the subject.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-subject-namespace", kNote, "A namespace on a User or Group",
     "Users and groups lie in no namespace; the field is ignored, and the binding is wider than it "
     "looks.",
     "Remove the field.", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-subresource-wildcard", kLow, "A wildcard that is none",
     "`pods/*` and `*/*` are compared as they stand and give nothing. `*` stands for all resources "
     "and subresources, `*/scale` for one subresource of all.",
     "List the subresources.", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-unknown-name", kLow, "A name that nothing has",
     "No resource, API group or verb of Kubernetes is called so, and the API server takes the rule "
     "without a word. It grants nothing.",
     "Write plurals in lower case, the core group as an empty text, groups without version.",
     "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-user-is-service-account", kLow, "A ServiceAccount named as a User",
     "It works, since ServiceAccounts have such user names, but tools that look for "
     "ServiceAccounts do not find it.",
     "Write kind ServiceAccount, with namespace and name.",
     "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-user-named-like-group", kLow, "A group named as a User",
     "The text is the name of a group of Kubernetes' own; as a User it matches nobody.",
     "Write kind Group.", "https://kubernetes.io/docs/reference/access-authn-authz/rbac/"},
    {"rbac-wildcard", kLow, "Wildcards in a rule",
     "A wildcard includes what nobody thought of, secrets and the resources of later "
     "versions.",
     "List what is needed.", "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"rbac-wildcard-all", kMedium, "Every verb on every resource",
     "The role is what cluster-admin is, within its scope: RBAC objects and secrets "
     "included.",
     "List what is needed.", "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
    {"resource-policy-public", kMedium, "Everybody may use a resource",
     "A resource's policy allows everybody, without condition.",
     "Name the principals, or add a condition such as aws:PrincipalOrgID.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
    {"session-username", kLow, "The caller chooses part of its user name",
     "Who assumes a role names the session. Where the user name holds {{SessionName}} "
     "behind a fixed part, callers of one role can act in each other's names, and a "
     "binding to one such user binds all of them.",
     "Bind groups, not such users; or require a session name by sts:RoleSessionName in "
     "the trust.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"session-username-open", kHigh, "The caller chooses its user name",
     "Who assumes the role names the session, and the user name begins with it, or "
     "with a prefix of Kubernetes' own: the caller can be any user that bindings name, "
     "or any node.",
     "Put an own prefix before {{SessionName}}.",
     "https://github.com/kubernetes-sigs/aws-iam-authenticator"},
    {"trust-everyone", kHigh, "Everybody may assume the role",
     "The trust admits every principal of every account (or every identity provider), "
     "and no condition ties it to an account, an organisation or an external id.",
     "Name the principals.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
    {"trust-not-principal", kHigh, "Allow with NotPrincipal",
     "NotPrincipal with Allow admits everybody but those named, anonymous callers "
     "included.",
     "Name the principals that may.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
     "reference_policies_elements_notprincipal.html"},
    {"trust-other-account", kMedium, "Another account may assume the role",
     "The trust admits another account as a whole, without external id or other "
     "condition: whoever that account lets call sts:AssumeRole comes in. Milder where "
     "the account is among the inputs, or one principal is named.",
     "Name the role that may, or ask for an external id.",
     "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"},
};

}  // namespace

std::span<const RuleInfo> Rules() { return kRules; }

const RuleInfo* FindRule(std::string_view id) {
  const auto* const found =
      std::lower_bound(std::begin(kRules), std::end(kRules), id,
                       [](const RuleInfo& rule, std::string_view name) { return rule.id < name; });
  return found == std::end(kRules) || found->id != id ? nullptr : found;
}

}  // namespace whomay
