// A small made-up system (an account, a cluster, who is mapped to whom) that can be written as
// inputs and changed a little: for tests that compare `diff` with what it is the difference of.
//
// Deterministic: equal seeds give equal worlds on every machine. Thread safety: none.
#ifndef WHOMAY_TESTS_UNIT_QUERY_DIFF_WORLD_H_
#define WHOMAY_TESTS_UNIT_QUERY_DIFF_WORLD_H_

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace whomay {

using Texts = std::vector<std::string>;

inline std::string DiffQuoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + '"';
}

inline std::string DiffList(const Texts& texts, bool quoted = true) {
  std::string out = "[";
  for (const std::string& text : texts) {
    out += (out.size() > 1 ? "," : "") + (quoted ? DiffQuoted(text) : text);
  }
  return out + ']';
}

inline std::string DiffArn(const std::string& kind, const std::string& name) {
  return "arn:aws:iam::111122223333:" + kind + '/' + name;
}

class DiffDice {
 public:
  explicit DiffDice(uint32_t seed) : random_(seed) {}
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  bool Percent(uint32_t n) { return Below(100) < n; }
  const std::string& Of(const Texts& list) {
    return list[Below(static_cast<uint32_t>(list.size()))];
  }
  // One to `most` of them, each once.
  Texts Some(const Texts& list, uint32_t most) {
    Texts some;
    for (uint32_t n = 1 + Below(most); n > 0; --n) {
      const std::string& one = Of(list);
      if (std::find(some.begin(), some.end(), one) == some.end()) {
        some.push_back(one);
      }
    }
    return some;
  }

 private:
  std::mt19937 random_;
};

// JSON texts. Objects that are equal are written equally.
struct DiffWorldText {
  using Map = std::map<std::string, std::string>;
  Map users, roles, groups;  // name -> statements of the inline policy
  Map boundaries;            // "user u0" -> statements
  Map trusts;                // role -> statements
  Map entries;               // ARN -> user name and groups, as the API writes them
  Map associations;          // ARN -> access policy and scope
  Map map_roles, map_users;  // ARN -> line of aws-auth
  Map pods;                  // "namespace/name" of the ServiceAccount -> role
  Map objects;               // of Kubernetes: file name -> object
  std::vector<std::string> members;
  bool map_accounts = false;

  std::string AwsAuth() const {
    const auto lines = [](const Map& map) {
      Texts texts;
      for (const auto& [arn, line] : map) {
        texts.push_back(line);
      }
      return DiffQuoted(DiffList(texts, false));
    };
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth","namespace":"kube-system"},"data":{"mapRoles":)" +
           lines(map_roles) + R"(,"mapUsers":)" + lines(map_users) + R"(,"mapAccounts":)" +
           DiffQuoted(map_accounts ? R"(["111122223333"])" : "[]") + "}}";
  }

  std::string Account() const {
    const auto inline_policy = [](const std::string& kind, const std::string& statements) {
      return '"' + kind + R"(PolicyList":[{"PolicyName":"p","PolicyDocument":)" +
             Document(statements) + R"(}],"AttachedManagedPolicies":[])";
    };
    const auto boundary = [&](const std::string& of) {
      return boundaries.contains(of)
                 ? R"(,"PermissionsBoundary":{"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":)" +
                       DiffQuoted(DiffArn("policy", "b-" + of.substr(5))) + '}'
                 : std::string();
    };
    Texts user_list, role_list, group_list, policy_list;
    for (const auto& [name, statements] : users) {
      const bool in = std::find(members.begin(), members.end(), name) != members.end();
      user_list.push_back(R"({"Path":"/","UserName":")" + name + R"(","UserId":"AIDA)" + name +
                          R"(","Arn":)" + DiffQuoted(DiffArn("user", name)) + R"(,"GroupList":)" +
                          (in ? R"(["g0"])" : "[]") + ',' + inline_policy("User", statements) +
                          boundary("user " + name) + '}');
    }
    for (const auto& [name, statements] : roles) {
      role_list.push_back(R"({"Path":"/","RoleName":")" + name + R"(","RoleId":"AROA)" + name +
                          R"(","Arn":)" + DiffQuoted(DiffArn("role", name)) +
                          R"(,"AssumeRolePolicyDocument":)" + Document(trusts.at(name)) +
                          R"(,"InstanceProfileList":[],)" + inline_policy("Role", statements) +
                          boundary("role " + name) + '}');
    }
    for (const auto& [name, statements] : groups) {
      group_list.push_back(R"({"Path":"/","GroupName":")" + name + R"(","GroupId":"AGPA)" + name +
                           R"(","Arn":)" + DiffQuoted(DiffArn("group", name)) + ',' +
                           inline_policy("Group", statements) + '}');
    }
    for (const auto& [of, statements] : boundaries) {
      const std::string name = "b-" + of.substr(5);
      policy_list.push_back(
          R"({"PolicyName":")" + name + R"(","PolicyId":"ANPA)" + name + R"(","Arn":)" +
          DiffQuoted(DiffArn("policy", name)) +
          R"(,"Path":"/","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":)" +
          Document(statements) + "}]}");
    }
    return R"({"UserDetailList":)" + DiffList(user_list, false) + R"(,"RoleDetailList":)" +
           DiffList(role_list, false) + R"(,"GroupDetailList":)" + DiffList(group_list, false) +
           R"(,"Policies":)" + DiffList(policy_list, false) + '}';
  }

  // Name and text of each input.
  std::vector<std::pair<std::string, std::string>> Inputs() const {
    Texts eks = {
        R"({"cluster":{"name":"c","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/c","version":"1.34","accessConfig":{"authenticationMode":"API_AND_CONFIG_MAP"}}})",
        R"({"addons":["eks-pod-identity-agent"]})"};
    for (const auto& [arn, entry] : entries) {
      eks.push_back(R"({"accessEntry":{"clusterName":"c","principalArn":)" + DiffQuoted(arn) +
                    R"(,"type":"STANDARD",)" + entry + "}}");
    }
    for (const auto& [arn, association] : associations) {
      if (entries.contains(arn)) {
        eks.push_back(R"({"clusterName":"c","principalArn":)" + DiffQuoted(arn) +
                      R"(,"associatedAccessPolicies":[)" + association + "]}");
      }
    }
    for (const auto& [account, role] : pods) {
      const size_t slash = account.find('/');
      eks.push_back(
          R"({"association":{"clusterName":"c","namespace":")" + account.substr(0, slash) +
          R"(","serviceAccount":")" + account.substr(slash + 1) + R"(","roleArn":)" +
          DiffQuoted(DiffArn("role", role)) + R"(,"associationId":"a-)" + account + R"("}})");
    }
    Texts list = {AwsAuth()};
    for (const auto& [name, object] : objects) {
      list.push_back(object);
    }
    return {{"account.json", Account()},
            {"eks.json", DiffList(eks, false)},
            {"objects.json",
             R"({"apiVersion":"v1","kind":"List","items":)" + DiffList(list, false) + '}'}};
  }

  static std::string Document(const std::string& statements) {
    return R"({"Version":"2012-10-17","Statement":)" + statements + '}';
  }
};

class DiffWorlds {
 public:
  explicit DiffWorlds(uint32_t seed) : dice_(seed) {}

  DiffWorldText Make() {
    DiffWorldText world;
    for (const char* name : {"u0", "u1", "u2"}) {
      world.users[name] = Statements(2);
    }
    for (const char* name : {"r0", "r1", "r2"}) {
      world.roles[name] = Statements(3);
      world.trusts[name] = Trust();
    }
    world.groups["g0"] = Statements(1);
    world.members = dice_.Some({"u0", "u1", "u2"}, 2);
    for (const char* of : {"user u1", "role r1"}) {
      if (dice_.Percent(40)) {
        world.boundaries[of] = Statements(2);
      }
    }
    for (int i = 0; i < 3; ++i) {
      AddEntry(world);
      AddMapping(world);
    }
    for (const char* name : {"x/s0", "y/s1"}) {
      AddAccount(name, world);
    }
    world.pods["x/s0"] = "r2";
    world.map_accounts = dice_.Percent(15);
    for (int i = 0; i < 4; ++i) {
      AddRole(world);
      AddBinding(world);
      AddBinding(world);
    }
    return world;
  }

  // The same with some things made anew, left out, or called otherwise.
  DiffWorldText Change(DiffWorldText world) {
    for (uint32_t n = 1 + dice_.Below(4); n > 0; --n) {
      ChangeOne(world);
    }
    return world;
  }

  // Every role and binding of Kubernetes called otherwise: nobody's access differs.
  static DiffWorldText Renamed(DiffWorldText world) {
    for (auto& [name, object] : world.objects) {
      for (const char* prefix : {R"("name":"role-)", R"("name":"binding-)"}) {
        for (size_t at = 0; (at = object.find(prefix, at)) != std::string::npos; ++at) {
          object.insert(object.find('-', at) + 1, "new-");
        }
      }
    }
    return world;
  }

  DiffDice& dice() { return dice_; }

 private:
  std::string Statements(uint32_t most) {
    static const Texts actions = {
        "s3:GetObject",  "s3:*",         "s3:Get*",        "s3:PutObject",  "sqs:*",       "*",
        "ec2:Describe*", "iam:PassRole", "sts:AssumeRole", "s3:ListBucket", "S3:getobject"};
    static const Texts resources = {"*",
                                    "*",
                                    "arn:aws:s3:::x/*",
                                    "arn:aws:s3:::x/k",
                                    "arn:aws:s3:::*/k",
                                    "arn:aws:s3:::x",
                                    "arn:aws:s3:::${aws:username}/*",
                                    "arn:aws:iam::111122223333:role/r*",
                                    "arn:aws:iam::111122223333:role/r1"};
    static const Texts conditions = {R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})",
                                     R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}})",
                                     R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
                                     R"({"StringEquals":{"aws:PrincipalTag/team":"a"}})",
                                     R"({"StringLike":{"s3:prefix":"p*"}})"};
    Texts list;
    for (uint32_t n = 1 + dice_.Below(most); n > 0; --n) {
      std::string one = R"({"Effect":")";
      one += dice_.Percent(80) ? "Allow" : "Deny";
      one += dice_.Percent(88) ? R"(","Action":)" : R"(","NotAction":)";
      one += DiffList(dice_.Some(actions, 2));
      one += dice_.Percent(90) ? R"(,"Resource":)" : R"(,"NotResource":)";
      one += DiffList(dice_.Some(resources, 2));
      if (dice_.Percent(25)) {
        one += R"(,"Condition":)" + dice_.Of(conditions);
      }
      list.push_back(one + '}');
    }
    return DiffList(list, false);
  }

  std::string Trust() {
    static const Texts principals = {R"({"AWS":"arn:aws:iam::111122223333:root"})",
                                     R"({"AWS":"arn:aws:iam::111122223333:user/u0"})",
                                     R"({"AWS":"arn:aws:iam::111122223333:role/r0"})",
                                     R"({"AWS":"arn:aws:iam::999988887777:root"})",
                                     R"({"Service":"pods.eks.amazonaws.com"})",
                                     R"({"Service":"ec2.amazonaws.com"})"};
    Texts list;
    for (const std::string& principal : dice_.Some(principals, 2)) {
      std::string one = R"({"Effect":"Allow","Principal":)" + principal +
                        R"(,"Action":["sts:AssumeRole","sts:TagSession"])";
      if (dice_.Percent(20)) {
        one += R"(,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}})";
      }
      list.push_back(one + '}');
    }
    return DiffList(list, false);
  }

  const std::string& Principal() {
    static const Texts arns = {DiffArn("user", "u0"), DiffArn("user", "u1"),
                               DiffArn("user", "u2"), DiffArn("role", "r0"),
                               DiffArn("role", "r1"), DiffArn("user", "stranger")};
    return dice_.Of(arns);
  }
  Texts Groups() { return dice_.Some({"dev", "ops", "dev", "ops", "system:masters"}, 2); }

  void AddEntry(DiffWorldText& world) {
    const std::string& arn = Principal();
    Texts groups = dice_.Some({"dev", "ops", "qa"}, 2);
    if (dice_.Percent(30)) {
      groups.clear();
    }
    world.entries[arn] = (dice_.Percent(60) ? R"("username":")" + dice_.Of({"ann", "bob"}) + "\","
                                            : "\"username\":" + DiffQuoted(arn) + ',') +
                         R"("kubernetesGroups":)" + DiffList(groups);
    if (dice_.Percent(60)) {
      world.associations[arn] =
          R"({"policyArn":"arn:aws:eks::aws:cluster-access-policy/)" +
          dice_.Of({"AmazonEKSViewPolicy", "AmazonEKSEditPolicy", "AmazonEKSClusterAdminPolicy",
                    "AmazonEKSNobodyKnowsPolicy"}) +
          R"(","accessScope":)" +
          (dice_.Percent(50) ? R"({"type":"cluster","namespaces":[]})"
                             : R"({"type":"namespace","namespaces":["x"]})") +
          '}';
    } else {
      world.associations.erase(arn);
    }
  }

  void AddMapping(DiffWorldText& world) {
    const std::string& arn = Principal();
    const bool role = arn.find(":role/") != std::string::npos;
    (role ? world.map_roles : world.map_users)[arn] =
        std::string(role ? R"({"rolearn":)" : R"({"userarn":)") + DiffQuoted(arn) +
        R"(,"username":)" + DiffQuoted(dice_.Of({"ann", "bob", "cat:{{SessionName}}"})) +
        R"(,"groups":)" + DiffList(Groups()) + '}';
  }

  void AddAccount(const std::string& name, DiffWorldText& world) {
    const size_t slash = name.find('/');
    world.objects["account " + name] =
        R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":")" +
        name.substr(slash + 1) + R"(","namespace":")" + name.substr(0, slash) + R"("}})";
  }

  std::string Rules(bool cluster) {
    Texts rules;
    for (uint32_t n = 1 + dice_.Below(3); n > 0; --n) {
      if (cluster && dice_.Percent(15)) {
        rules.push_back(R"({"nonResourceURLs":)" +
                        DiffList(dice_.Some({"/metrics", "/healthz/*", "*", "/met*"}, 2)) +
                        R"(,"verbs":)" + DiffList(dice_.Some({"get", "*"}, 1)) + '}');
        continue;
      }
      std::string one =
          R"({"apiGroups":)" + DiffList(dice_.Some({"", "apps", "*"}, 2)) + R"(,"resources":)" +
          DiffList(dice_.Some({"pods", "secrets", "deployments", "pods/exec", "*", "*/scale",
                               "deployments/scale", "configmaps"},
                              3)) +
          R"(,"verbs":)" + DiffList(dice_.Some({"get", "list", "create", "delete", "*"}, 3));
      if (dice_.Percent(20)) {
        one += R"(,"resourceNames":)" + DiffList(dice_.Some({"web", "db"}, 2));
      }
      rules.push_back(one + '}');
    }
    return DiffList(rules, false);
  }

  void AddRole(DiffWorldText& world) {
    const bool cluster = dice_.Percent(50);
    const std::string name = "role-" + dice_.Of({"a", "b", "c"});
    const std::string ns = dice_.Of({"x", "y"});
    world.objects[(cluster ? "clusterrole " : "role " + ns + '/') + name] =
        R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")" +
        std::string(cluster ? "ClusterRole" : "Role") + R"(","metadata":{"name":")" + name +
        (cluster ? "\"" : R"(","namespace":")" + ns + '"') + R"(},"rules":)" + Rules(cluster) + '}';
  }

  void AddBinding(DiffWorldText& world) {
    static const Texts subjects = {
        R"({"kind":"User","name":"ann","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"User","name":"bob","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"User","name":"zoe","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"Group","name":"dev","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"Group","name":"ops","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"Group","name":"system:authenticated","apiGroup":"rbac.authorization.k8s.io"})",
        R"({"kind":"ServiceAccount","name":"s0","namespace":"x"})",
        R"({"kind":"ServiceAccount","name":"s1","namespace":"y"})",
        R"({"kind":"ServiceAccount","name":"s2","namespace":"y"})"};
    const bool cluster = dice_.Percent(40);
    const bool to_cluster_role = cluster || dice_.Percent(50);
    const std::string ns = dice_.Of({"x", "y"});
    const std::string name = "binding-" + dice_.Of({"a", "b", "c"});
    world.objects[(cluster ? "clusterbinding " : "binding " + ns + '/') + name] =
        R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")" +
        std::string(cluster ? "ClusterRoleBinding" : "RoleBinding") + R"(","metadata":{"name":")" +
        name + (cluster ? "\"" : R"(","namespace":")" + ns + '"') +
        R"(},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":")" +
        (to_cluster_role ? "ClusterRole" : "Role") + R"(","name":"role-)" +
        dice_.Of({"a", "b", "c"}) + R"("},"subjects":)" + DiffList(dice_.Some(subjects, 2), false) +
        '}';
  }

  void Drop(DiffWorldText::Map& map) {
    if (!map.empty()) {
      map.erase(std::next(map.begin(), dice_.Below(static_cast<uint32_t>(map.size()))));
    }
  }

  void ChangeOne(DiffWorldText& world) {
    switch (dice_.Below(14)) {
      case 0:
        world.users[dice_.Of({"u0", "u1", "u2", "u3"})] = Statements(2);
        return;
      case 1:
        world.roles[dice_.Of({"r0", "r1", "r2"})] = Statements(3);
        return;
      case 2:
        world.trusts[dice_.Of({"r0", "r1", "r2"})] = Trust();
        return;
      case 3:
        world.groups["g0"] = Statements(1);
        return;
      case 4:
        world.boundaries[dice_.Of({"user u1", "role r1"})] = Statements(2);
        return;
      case 5:
        return Drop(world.boundaries);
      case 6:
        return AddEntry(world);
      case 7:
        return Drop(world.entries);
      case 8:
        return AddMapping(world);
      case 9:
        return Drop(dice_.Percent(50) ? world.map_roles : world.map_users);
      case 10:
        return AddRole(world);
      case 11:
        return AddBinding(world);
      case 12:
        return Drop(world.objects);
      default:
        world.members = dice_.Some({"u0", "u1", "u2"}, 2);
        world.pods["y/s1"] = dice_.Of({"r0", "r1"});
    }
  }

  DiffDice dice_;
};

}  // namespace whomay

#endif  // WHOMAY_TESTS_UNIT_QUERY_DIFF_WORLD_H_
