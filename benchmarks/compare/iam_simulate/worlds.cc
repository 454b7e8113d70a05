#include "benchmarks/compare/iam_simulate/worlds.h"

#include "base/strings.h"
#include "data/aws_managed_policies.h"
#include "ingest/iam/policy_document.h"

namespace whomay::benchmarks {
namespace {

constexpr int kRequests = 1000;
constexpr char kAccount[] = "111122223333";
constexpr char kIssuer[] = "oidc.eks.eu-west-1.amazonaws.com/id/0F1E2D3C4B5A69788796A5B4C3D2E1F0";

std::string Number(int i) { return std::to_string(i); }

IamWorld Simple() {
  IamWorld world{.name = "simple", .principal = "arn:aws:iam::111122223333:user/alice"};
  world.identity = {
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",)"
      R"("Resource":"arn:aws:s3:::app-data/*"}]})"};
  for (int i = 0; i < kRequests; ++i) {
    // Every fourth misses the bucket.
    world.requests.push_back(
        {"s3:GetObject",
         Concat({"arn:aws:s3:::", i % 4 == 0 ? "other" : "app-data", "/logs/", Number(i), ".log"}),
         {}});
  }
  return world;
}

IamWorld Administrator() {
  IamWorld world{.name = "administrator", .principal = "arn:aws:iam::111122223333:user/admin"};
  for (const char* const name :
       {"AmazonEC2FullAccess", "AmazonS3FullAccess", "AmazonEKSClusterPolicy", "ReadOnlyAccess",
        "AmazonEKSWorkerNodePolicy", "IAMFullAccess", "SecurityAudit", "PowerUserAccess",
        "AmazonDynamoDBFullAccess", "AdministratorAccess"}) {
    if (const auto policy = data::FindManagedPolicy(name)) {
      world.identity.push_back(policy->document);
    }
  }
  constexpr const char* kActions[] = {"ec2:RunInstances", "iam:CreateRole", "eks:CreateCluster",
                                      "dynamodb:GetItem", "organizations:LeaveOrganization"};
  for (int i = 0; i < kRequests; ++i) {
    const std::string action = kActions[i % 5];
    world.requests.push_back({action,
                              Concat({"arn:aws:", action.substr(0, action.find(':')),
                                      ":eu-west-1:111122223333:thing/", Number(i)}),
                              {}});
  }
  return world;
}

IamWorld Irsa() {
  IamWorld world{.name = "irsa", .web_identity = true};
  world.principal = Concat({"arn:aws:iam::", kAccount, ":oidc-provider/", kIssuer});
  world.resource_policy = Concat(
      {R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":")",
       world.principal,
       R"("},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{")", kIssuer,
       R"(:aud":"sts.amazonaws.com"},"StringLike":{")", kIssuer,
       R"(:sub":"system:serviceaccount:team-*:mailer"}}}]})"});
  for (int i = 0; i < kRequests; ++i) {
    world.requests.push_back(
        {"sts:AssumeRoleWithWebIdentity",
         "arn:aws:iam::111122223333:role/mailer",
         {{Concat({kIssuer, ":aud"}), "sts.amazonaws.com"},
          {Concat({kIssuer, ":sub"}), Concat({"system:serviceaccount:team-", Number(i), ":",
                                              i % 2 == 0 ? "mailer" : "other"})}}});
  }
  return world;
}

IamWorld Organization() {
  IamWorld world{.name = "scps", .principal = "arn:aws:iam::111122223333:role/deploy"};
  world.identity = {
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"};
  // Four levels of 50 statements: guards of services and resources, and region locks.
  for (int level = 0; level < 4; ++level) {
    std::string statements = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
    for (int i = 1; i < 50; ++i) {
      const std::string service = i % 5 == 0   ? "s3"
                                  : i % 5 == 1 ? "ec2"
                                               : Concat({"service", Number(level * 50 + i)});
      statements += Concat(
          {R"(,{"Effect":"Deny","Action":[")", service, ":Delete*\",\"", service, ":Put", Number(i),
           R"(*"],"Resource":["arn:aws:)", service, R"(:::guarded-)", Number(i), R"(*"])",
           i % 7 == 0 ? R"(,"Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}})"
                      : "",
           "}"});
    }
    world.scps.push_back(Concat({R"({"Version":"2012-10-17","Statement":[)", statements, "]}"}));
  }
  for (int i = 0; i < kRequests; ++i) {
    world.requests.push_back({i % 2 == 0 ? "s3:DeleteBucket" : "ec2:DeleteVolume",
                              Concat({"arn:aws:", i % 2 == 0 ? "s3" : "ec2", ":::guarded-",
                                      Number(i % 60), i % 3 == 0 ? "x" : "", "/", Number(i)}),
                              {{"aws:RequestedRegion", i % 3 == 0 ? "eu-west-1" : "us-east-1"}}});
  }
  return world;
}

std::string Quoted(std::string_view text) { return Concat({"\"", text, "\""}); }

}  // namespace

std::vector<IamWorld> IamWorlds() { return {Simple(), Administrator(), Irsa(), Organization()}; }

void Write(const IamWorld& world, std::ostream& out) {
  std::string policies;
  for (const std::string& text : world.identity) {
    policies += Concat({policies.empty() ? "" : ",", R"({"name":"p","policy":)", text, "}"});
  }
  std::string scps;
  for (const std::string& text : world.scps) {
    scps += Concat({scps.empty() ? "" : ",", R"({"level":"l","policies":[{"name":"p","policy":)",
                    text, "}]}"});
  }
  for (const IamRequest& request : world.requests) {
    std::string context;
    for (const auto& [key, value] : request.context) {
      context += Concat({context.empty() ? "" : ",", Quoted(key), ":", Quoted(value)});
    }
    out << "{\"principal\":"
        << (world.web_identity ? Concat({"{\"federated\":", Quoted(world.principal), "}"})
                               : Quoted(world.principal))
        << ",\"action\":" << Quoted(request.action) << ",\"resource\":" << Quoted(request.resource)
        << ",\"resourceAccount\":" << Quoted(kAccount) << ",\"context\":{" << context
        << "},\"identityPolicies\":[" << policies << "],\"scps\":[" << scps
        << "],\"rcps\":[],\"resourcePolicy\":"
        << (world.resource_policy.empty() ? "null" : world.resource_policy) << "}\n";
  }
}

const iam::Policy* CompiledWorld::Compile(const std::string& text, bool on_resource) {
  const source::FileId id = sources_.Add("policy", text);
  documents_.push_back(ingest::ReadPolicySpan({id, 0, static_cast<uint32_t>(text.size())}, {},
                                              sources_, facts_, diagnostics_));
  policies_.emplace_back(documents_.back(), &facts_.holes,
                         on_resource ? iam::Policy::On::kResource : iam::Policy::On::kPrincipal);
  return &policies_.back();
}

CompiledWorld::CompiledWorld(IamWorld world) : world_(std::move(world)) {
  std::vector<const iam::Policy*>& identity = sets_.emplace_back();
  for (const std::string& text : world_.identity) {
    identity.push_back(Compile(text, false));
  }
  layers_.identity = {identity, {}};
  for (const std::string& text : world_.scps) {
    std::vector<const iam::Policy*>& level = sets_.emplace_back();
    level.push_back(Compile(text, false));
    scps_.push_back({level, {}});
  }
  layers_.scps = scps_;
  if (!world_.resource_policy.empty()) {
    std::vector<const iam::Policy*>& resource = sets_.emplace_back();
    resource.push_back(Compile(world_.resource_policy, true));
    layers_.resource = {resource, {}};
  }
  for (const IamRequest& made : world_.requests) {
    contexts_.push_back(std::make_unique<iam::Context>(iam::Context::Complete()));
    for (const auto& [key, value] : made.context) {
      contexts_.back()->Set(key, {value});
    }
    iam::Request& request = requests_.emplace_back();
    request.caller.kind = world_.web_identity ? iam::Caller::Kind::kWebIdentity
                          : world_.principal.find(":role/") != std::string::npos
                              ? iam::Caller::Kind::kRole
                              : iam::Caller::Kind::kUser;
    request.caller.arn = world_.principal;
    request.caller.account = kAccount;
    request.action = made.action;
    request.resource = made.resource;
    request.resource_account = kAccount;
    request.context = contexts_.back().get();
  }
}

}  // namespace whomay::benchmarks
