#include "data/escalation_primitives.h"

namespace whomay::data {
namespace {

using Gain = KubernetesPrimitive::Gain;
using Texts = std::string_view;

constexpr Texts kCreate[] = {"create"};
constexpr Texts kGetOrCreate[] = {"create", "get"};
constexpr Texts kGetOrList[] = {"get", "list", "watch"};
constexpr Texts kChange[] = {"update", "patch"};
constexpr Texts kWrite[] = {"create", "update", "patch"};
constexpr Texts kBind[] = {"bind"};
constexpr Texts kEscalate[] = {"escalate"};
constexpr Texts kImpersonate[] = {"impersonate"};
constexpr Texts kApprove[] = {"approve"};
constexpr Texts kDelete[] = {"delete", "deletecollection"};
constexpr Texts kRbac = "rbac.authorization.k8s.io";

constexpr KubernetesNeed kCreatePods[] = {{kCreate, "", "pods", ""}};
constexpr KubernetesNeed kCreateDeployments[] = {{kCreate, "apps", "deployments", ""}};
constexpr KubernetesNeed kCreateDaemonSets[] = {{kCreate, "apps", "daemonsets", ""}};
constexpr KubernetesNeed kCreateStatefulSets[] = {{kCreate, "apps", "statefulsets", ""}};
constexpr KubernetesNeed kCreateReplicaSets[] = {{kCreate, "apps", "replicasets", ""}};
constexpr KubernetesNeed kCreateControllers[] = {{kCreate, "", "replicationcontrollers", ""}};
constexpr KubernetesNeed kCreateJobs[] = {{kCreate, "batch", "jobs", ""}};
constexpr KubernetesNeed kCreateCronJobs[] = {{kCreate, "batch", "cronjobs", ""}};
constexpr KubernetesNeed kChangeDeployments[] = {{kChange, "apps", "deployments", ""}};
constexpr KubernetesNeed kChangeDaemonSets[] = {{kChange, "apps", "daemonsets", ""}};
constexpr KubernetesNeed kChangeStatefulSets[] = {{kChange, "apps", "statefulsets", ""}};
constexpr KubernetesNeed kChangeReplicaSets[] = {{kChange, "apps", "replicasets", ""}};
constexpr KubernetesNeed kChangeControllers[] = {{kChange, "", "replicationcontrollers", ""}};
constexpr KubernetesNeed kChangeCronJobs[] = {{kChange, "batch", "cronjobs", ""}};
constexpr KubernetesNeed kChangePods[] = {{kChange, "", "pods", ""}};
// From 1.35 on exec, attach and port-forward take `create`; before, `get` was enough too.
constexpr KubernetesNeed kExec[] = {{kGetOrCreate, "", "pods", "exec"}};
constexpr KubernetesNeed kAttach[] = {{kGetOrCreate, "", "pods", "attach"}};
constexpr KubernetesNeed kPortForward[] = {{kGetOrCreate, "", "pods", "portforward"}};
constexpr KubernetesNeed kDebug[] = {{kChange, "", "pods", "ephemeralcontainers"}};
constexpr KubernetesNeed kTokenRequest[] = {{kCreate, "", "serviceaccounts", "token"}};
constexpr KubernetesNeed kSecretMint[] = {{kCreate, "", "secrets", ""},
                                          {kGetOrList, "", "secrets", ""}};
constexpr KubernetesNeed kImpersonateUsers[] = {{kImpersonate, "", "users", ""}};
constexpr KubernetesNeed kImpersonateGroups[] = {{kImpersonate, "", "groups", ""}};
constexpr KubernetesNeed kImpersonateAccounts[] = {{kImpersonate, "", "serviceaccounts", ""}};
constexpr auto kOwn = KubernetesNeed::Name::kOwn;
constexpr KubernetesNeed kBindRoles[] = {{kBind, kRbac, "clusterroles", ""},
                                         {kWrite, kRbac, "rolebindings", "", kOwn}};
constexpr KubernetesNeed kBindClusterRoles[] = {{kBind, kRbac, "clusterroles", ""},
                                                {kWrite, kRbac, "clusterrolebindings", "", kOwn}};
constexpr KubernetesNeed kEscalateRoles[] = {{kEscalate, kRbac, "roles", ""},
                                             {kWrite, kRbac, "roles", ""}};
constexpr KubernetesNeed kEscalateClusterRoles[] = {{kEscalate, kRbac, "clusterroles", ""},
                                                    {kWrite, kRbac, "clusterroles", ""}};
// With resourceNames: the roles named. `bind` on a Role lets bind what the namespace has.
constexpr KubernetesNeed kBindRole[] = {{kBind, kRbac, "roles", ""},
                                        {kWrite, kRbac, "rolebindings", "", kOwn}};
constexpr KubernetesNeed kRewriteRole[] = {{kEscalate, kRbac, "roles", ""},
                                           {kChange, kRbac, "roles", ""}};
constexpr KubernetesNeed kRewriteClusterRole[] = {{kEscalate, kRbac, "clusterroles", ""},
                                                  {kChange, kRbac, "clusterroles", ""}};
constexpr KubernetesNeed kReadSecret[] = {{kGetOrList, "", "secrets", ""}};
constexpr KubernetesNeed kCertificate[] = {
    {kCreate, "certificates.k8s.io", "certificatesigningrequests", "", kOwn},
    {kChange, "certificates.k8s.io", "certificatesigningrequests", "approval", kOwn},
    {kApprove, "certificates.k8s.io", "signers", ""}};
constexpr KubernetesNeed kEditNodes[] = {{kChange, "", "nodes", ""}};
constexpr KubernetesNeed kEditNodeStatus[] = {{kChange, "", "nodes", "status"}};
constexpr KubernetesNeed kDrainByDelete[] = {{kDelete, "", "nodes", ""}, {kDelete, "", "pods", ""}};
constexpr KubernetesNeed kDrainByEviction[] = {{kDelete, "", "nodes", ""},
                                               {kCreate, "", "pods", "eviction"}};
constexpr KubernetesNeed kNodesProxy[] = {{kGetOrCreate, "", "nodes", "proxy"}};
constexpr KubernetesNeed kMutate[] = {
    {kWrite, "admissionregistration.k8s.io", "mutatingwebhookconfigurations", ""}};
// With resourceNames: configurations that somebody made.
constexpr KubernetesNeed kMutateNamed[] = {{kChange, "admissionregistration.k8s.io",
                                            "mutatingwebhookconfigurations", "",
                                            KubernetesNeed::Name::kAny}};
constexpr Texts kNamedWebhook = "a webhook configuration of the name that a rule gives";
constexpr KubernetesNeed kNewAccounts[] = {{kCreate, "", "serviceaccounts", ""}};
constexpr KubernetesNeed kMutatePolicies[] = {
    {kWrite, "admissionregistration.k8s.io", "mutatingadmissionpolicies", ""},
    {kWrite, "admissionregistration.k8s.io", "mutatingadmissionpolicybindings", ""}};
constexpr KubernetesNeed kAwsAuthMap[] = {{kChange, "", "configmaps", ""}};
constexpr KubernetesNeed kAwsAuthNew[] = {{kCreate, "", "configmaps", ""}};
// Pods are drawn to a node that looks free, or pushed off the others.
constexpr Texts kOwnNode = "a node of one's own that the pods come to";

constexpr KubernetesPrimitive kKubernetes[] = {
    {"pod-create", kCreatePods, Gain::kRunPod, false, ""},
    {"pod-create", kCreateDeployments, Gain::kRunPod, false, ""},
    {"pod-create", kCreateDaemonSets, Gain::kRunPod, false, ""},
    {"pod-create", kCreateStatefulSets, Gain::kRunPod, false, ""},
    {"pod-create", kCreateReplicaSets, Gain::kRunPod, false, ""},
    {"pod-create", kCreateControllers, Gain::kRunPod, false, ""},
    {"pod-create", kCreateJobs, Gain::kRunPod, false, ""},
    {"pod-create", kCreateCronJobs, Gain::kRunPod, false, ""},
    {"pod-create", kChangeDeployments, Gain::kRunPod, false, "deployment"},
    {"pod-create", kChangeDaemonSets, Gain::kRunPod, false, "daemonset"},
    {"pod-create", kChangeStatefulSets, Gain::kRunPod, false, "statefulset"},
    {"pod-create", kChangeReplicaSets, Gain::kRunPod, false, "replicaset"},
    {"pod-create", kChangeControllers, Gain::kRunPod, false, "replicationcontroller"},
    {"pod-create", kChangeCronJobs, Gain::kRunPod, false, "cronjob"},
    {"pod-patch", kChangePods, Gain::kIntoPods, false, ""},
    {"exec", kExec, Gain::kIntoPods, false, ""},
    {"attach", kAttach, Gain::kIntoPods, false, ""},
    {"portforward", kPortForward, Gain::kIntoPods, false, ""},
    {"debug", kDebug, Gain::kIntoPods, false, ""},
    {"token-request", kTokenRequest, Gain::kToken, false, ""},
    {"secret-mint", kSecretMint, Gain::kAnyToken, false, ""},
    {"impersonate", kImpersonateUsers, Gain::kImpersonateUser, true, ""},
    {"impersonate", kImpersonateGroups, Gain::kImpersonateGroup, true, ""},
    {"impersonate", kImpersonateAccounts, Gain::kImpersonateServiceAccount, false, ""},
    {"bind", kBindRoles, Gain::kNamespaceAdmin, false, ""},
    {"bind", kBindClusterRoles, Gain::kClusterAdmin, true, ""},
    {"bind", kBindRoles, Gain::kBoundClusterRole, false, ""},
    {"bind", kBindClusterRoles, Gain::kBoundClusterRole, true, ""},
    {"bind", kBindRole, Gain::kBoundRole, false, ""},
    {"escalate", kRewriteRole, Gain::kRewrittenRole, false, ""},
    {"escalate", kRewriteClusterRole, Gain::kRewrittenRole, true, ""},
    {"secret-read", kReadSecret, Gain::kLegacyToken, false, ""},
    {"csr-approve", kCertificate, Gain::kAnyCertificate, true, ""},
    {"node-edit", kEditNodes, Gain::kIntoAllPods, true, "", kOwnNode},
    {"node-edit", kEditNodeStatus, Gain::kIntoAllPods, true, "", kOwnNode},
    {"node-edit", kDrainByDelete, Gain::kIntoAllPods, true, "", kOwnNode},
    {"node-edit", kDrainByEviction, Gain::kIntoAllPods, true, "", kOwnNode},
    {"escalate", kEscalateRoles, Gain::kNamespaceAdmin, false, ""},
    {"escalate", kEscalateClusterRoles, Gain::kClusterAdmin, true, ""},
    {"nodes-proxy", kNodesProxy, Gain::kIntoAllPods, true, ""},
    {"webhooks", kMutate, Gain::kIntoAllPods, true, ""},
    {"webhooks", kMutateNamed, Gain::kIntoAllPods, true, "", kNamedWebhook},
    {"webhooks", kMutatePolicies, Gain::kIntoAllPods, true, ""},
    {"irsa-new-name", kNewAccounts, Gain::kNewAccount, false, ""},
    {"aws-auth", kAwsAuthMap, Gain::kAwsAuth, false, ""},
    {"aws-auth", kAwsAuthNew, Gain::kNewAwsAuth, false, ""},
};

using On = AwsPrimitive::On;
using AwsGain = AwsPrimitive::Gain;

constexpr Texts kPutUserPolicy[] = {"iam:PutUserPolicy"};
constexpr Texts kAttachUserPolicy[] = {"iam:AttachUserPolicy"};
constexpr Texts kPutRolePolicy[] = {"iam:PutRolePolicy"};
constexpr Texts kAttachRolePolicy[] = {"iam:AttachRolePolicy"};
constexpr Texts kPutGroupPolicy[] = {"iam:PutGroupPolicy"};
constexpr Texts kAttachGroupPolicy[] = {"iam:AttachGroupPolicy"};
constexpr Texts kCreatePolicyVersion[] = {"iam:CreatePolicyVersion"};
constexpr Texts kUpdateTrust[] = {"iam:UpdateAssumeRolePolicy"};
constexpr Texts kAccessKey[] = {"iam:CreateAccessKey"};
constexpr Texts kLoginProfile[] = {"iam:CreateLoginProfile"};
constexpr Texts kChangeLoginProfile[] = {"iam:UpdateLoginProfile"};
constexpr Texts kRunInstances[] = {"ec2:RunInstances"};
constexpr Texts kSpot[] = {"ec2:RequestSpotInstances"};
constexpr Texts kLambda[] = {"lambda:CreateFunction", "lambda:InvokeFunction"};
constexpr Texts kLambdaPermission[] = {"lambda:CreateFunction", "lambda:AddPermission"};
constexpr Texts kLambdaSource[] = {"lambda:CreateFunction", "lambda:CreateEventSourceMapping"};
constexpr Texts kEcsTask[] = {"ecs:RegisterTaskDefinition", "ecs:RunTask"};
constexpr Texts kEcsService[] = {"ecs:RegisterTaskDefinition", "ecs:CreateService"};
constexpr Texts kBatch[] = {"batch:RegisterJobDefinition", "batch:SubmitJob"};
constexpr Texts kGlueEndpoint[] = {"glue:CreateDevEndpoint"};
constexpr Texts kGlueJob[] = {"glue:CreateJob", "glue:StartJobRun"};
constexpr Texts kStack[] = {"cloudformation:CreateStack"};
constexpr Texts kChangeSet[] = {"cloudformation:CreateChangeSet",
                                "cloudformation:ExecuteChangeSet"};
constexpr Texts kCodeBuild[] = {"codebuild:CreateProject", "codebuild:StartBuild"};
constexpr Texts kDataPipeline[] = {"datapipeline:CreatePipeline",
                                   "datapipeline:PutPipelineDefinition",
                                   "datapipeline:ActivatePipeline"};
constexpr Texts kNotebook[] = {"sagemaker:CreateNotebookInstance"};
constexpr Texts kTraining[] = {"sagemaker:CreateTrainingJob"};
constexpr Texts kProcessing[] = {"sagemaker:CreateProcessingJob"};
constexpr Texts kStates[] = {"states:CreateStateMachine", "states:StartExecution"};
constexpr Texts kScheduler[] = {"scheduler:CreateSchedule"};
constexpr Texts kEmr[] = {"elasticmapreduce:RunJobFlow"};
constexpr Texts kAppRunner[] = {"apprunner:CreateService"};
constexpr Texts kOlderVersion[] = {"iam:SetDefaultPolicyVersion"};
constexpr Texts kJoinGroup[] = {"iam:AddUserToGroup"};
constexpr Texts kDropUserBoundary[] = {"iam:DeleteUserPermissionsBoundary"};
constexpr Texts kDropRoleBoundary[] = {"iam:DeleteRolePermissionsBoundary"};
constexpr Texts kPutUserBoundary[] = {"iam:PutUserPermissionsBoundary"};
constexpr Texts kPutRoleBoundary[] = {"iam:PutRolePermissionsBoundary"};
constexpr Texts kNewRoleInline[] = {"iam:CreateRole", "iam:PutRolePolicy"};
constexpr Texts kNewRoleAttach[] = {"iam:CreateRole", "iam:AttachRolePolicy"};
constexpr Texts kSaml[] = {"iam:UpdateSAMLProvider"};
constexpr Texts kNewTrustAnchor[] = {"rolesanywhere:CreateTrustAnchor",
                                     "rolesanywhere:CreateProfile"};
constexpr Texts kEntry[] = {"eks:CreateAccessEntry", "eks:AssociateAccessPolicy"};
constexpr Texts kEntryGroups[] = {"eks:CreateAccessEntry"};
constexpr Texts kOwnEntryPolicy[] = {"eks:AssociateAccessPolicy"};
constexpr Texts kOwnEntryGroups[] = {"eks:UpdateAccessEntry"};
constexpr Texts kModeEntry[] = {"eks:UpdateClusterConfig", "eks:CreateAccessEntry",
                                "eks:AssociateAccessPolicy"};
constexpr Texts kIdentityProvider[] = {"eks:AssociateIdentityProviderConfig"};
constexpr Texts kAssociate[] = {"eks:CreatePodIdentityAssociation"};
constexpr Texts kStartSession[] = {"ssm:StartSession"};
constexpr Texts kSendCommand[] = {"ssm:SendCommand"};
constexpr Texts kProfile[] = {"ec2:AssociateIamInstanceProfile"};
constexpr Texts kProfileInstead[] = {"ec2:ReplaceIamInstanceProfileAssociation"};
constexpr Texts kLaunchConfiguration[] = {"autoscaling:CreateLaunchConfiguration",
                                          "autoscaling:CreateAutoScalingGroup"};
constexpr Texts kLaunchConfigurationInstead[] = {"autoscaling:CreateLaunchConfiguration",
                                                 "autoscaling:UpdateAutoScalingGroup"};
constexpr Texts kLambdaUrl[] = {"lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"};
constexpr Texts kEcsStart[] = {"ecs:RegisterTaskDefinition", "ecs:StartTask"};
constexpr Texts kGlueTrigger[] = {"glue:CreateJob", "glue:CreateTrigger"};
constexpr Texts kGlueUpdate[] = {"glue:UpdateJob", "glue:StartJobRun"};
constexpr Texts kGlueUpdateTrigger[] = {"glue:UpdateJob", "glue:CreateTrigger"};
constexpr Texts kGlueSession[] = {"glue:CreateSession", "glue:RunStatement"};
constexpr Texts kStackInstead[] = {"cloudformation:UpdateStack"};
constexpr Texts kStackSet[] = {"cloudformation:CreateStackSet",
                               "cloudformation:CreateStackInstances"};
constexpr Texts kStackSetInstead[] = {"cloudformation:UpdateStackSet"};
constexpr Texts kCodeBuildBatch[] = {"codebuild:CreateProject", "codebuild:StartBuildBatch"};
constexpr Texts kCodePipeline[] = {"codepipeline:CreatePipeline"};
constexpr Texts kAutomation[] = {"ssm:CreateDocument", "ssm:StartAutomationExecution"};
constexpr Texts kEmrServerless[] = {"emr-serverless:CreateApplication",
                                    "emr-serverless:StartJobRun"};
constexpr Texts kBraket[] = {"braket:CreateJob"};
constexpr Texts kOmics[] = {"omics:CreateWorkflow", "omics:StartRun"};
constexpr Texts kAnalytics[] = {"kinesisanalytics:CreateApplication",
                                "kinesisanalytics:StartApplication"};
constexpr Texts kGameLift[] = {"gamelift:CreateBuild", "gamelift:CreateFleet"};
constexpr Texts kInterpreter[] = {"bedrock-agentcore:CreateCodeInterpreter",
                                  "bedrock-agentcore:StartCodeInterpreterSession",
                                  "bedrock-agentcore:InvokeCodeInterpreter"};
constexpr Texts kAgentRuntime[] = {"bedrock-agentcore:CreateAgentRuntime",
                                   "bedrock-agentcore:InvokeAgentRuntime"};
constexpr Texts kNodegroup[] = {"eks:CreateNodegroup"};
constexpr Texts kCapability[] = {"eks:CreateCapability"};

constexpr Texts kTrustInline[] = {"iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"};
constexpr Texts kTrustAttach[] = {"iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"};
constexpr Texts kKeyInline[] = {"iam:CreateAccessKey", "iam:PutUserPolicy"};
constexpr Texts kKeyAttach[] = {"iam:CreateAccessKey", "iam:AttachUserPolicy"};
constexpr Texts kLoginInline[] = {"iam:CreateLoginProfile", "iam:PutUserPolicy"};
constexpr Texts kLoginAttach[] = {"iam:CreateLoginProfile", "iam:AttachUserPolicy"};
constexpr Texts kChangeLoginInline[] = {"iam:UpdateLoginProfile", "iam:PutUserPolicy"};
constexpr Texts kChangeLoginAttach[] = {"iam:UpdateLoginProfile", "iam:AttachUserPolicy"};
constexpr Texts kServiceCredential[] = {"iam:CreateServiceSpecificCredential"};
constexpr Texts kSshKey[] = {"iam:UploadSSHPublicKey"};
constexpr Texts kSigningCertificate[] = {"iam:UploadSigningCertificate"};
constexpr Texts kThumbprint[] = {"iam:UpdateOpenIDConnectProviderThumbprint"};
constexpr Texts kNewOidc[] = {"iam:CreateOpenIDConnectProvider"};
constexpr Texts kNewSaml[] = {"iam:CreateSAMLProvider"};
constexpr Texts kAssumeRoot[] = {"sts:AssumeRoot"};
// A change reaches the accounts when the set is provisioned again (Identity Center API reference,
// PutInlinePolicyToPermissionSet).
constexpr Texts kSetInline[] = {"sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"};
constexpr Texts kSetAttach[] = {"sso:AttachManagedPolicyToPermissionSet",
                                "sso:ProvisionPermissionSet"};
constexpr Texts kSetInlineOnly[] = {"sso:PutInlinePolicyToPermissionSet"};
constexpr Texts kSetAttachOnly[] = {"sso:AttachManagedPolicyToPermissionSet"};
constexpr Texts kNewSetInline[] = {"sso:CreatePermissionSet", "sso:PutInlinePolicyToPermissionSet",
                                   "sso:CreateAccountAssignment"};
constexpr Texts kNewSetAttach[] = {"sso:CreatePermissionSet",
                                   "sso:AttachManagedPolicyToPermissionSet",
                                   "sso:CreateAccountAssignment"};
constexpr Texts kFargateProfile[] = {"eks:CreateFargateProfile"};
constexpr Texts kCapabilityInstead[] = {"eks:UpdateCapability"};
constexpr Texts kAssociateInstead[] = {"eks:UpdatePodIdentityAssociation"};
constexpr Texts kAddonNew[] = {"eks:CreateAddon"};
constexpr Texts kAddonInstead[] = {"eks:UpdateAddon"};
constexpr Texts kBrowser[] = {"bedrock-agentcore:CreateBrowser",
                              "bedrock-agentcore:StartBrowserSession",
                              "bedrock-agentcore:ConnectBrowserAutomationStream"};
constexpr Texts kImageBuilder[] = {"imagebuilder:CreateComponent", "imagebuilder:CreateImageRecipe",
                                   "imagebuilder:CreateInfrastructureConfiguration",
                                   "imagebuilder:CreateImage"};

constexpr AwsPrimitive kAws[] = {
    {"iam-inline", On::kSelf, kPutUserPolicy, AwsGain::kAdmin, ""},
    {"iam-attach", On::kSelf, kAttachUserPolicy, AwsGain::kAdmin, ""},
    {"iam-inline", On::kSelf, kPutRolePolicy, AwsGain::kAdmin, ""},
    {"iam-attach", On::kSelf, kAttachRolePolicy, AwsGain::kAdmin, ""},
    {"iam-inline", On::kOwnGroup, kPutGroupPolicy, AwsGain::kAdmin, ""},
    {"iam-attach", On::kOwnGroup, kAttachGroupPolicy, AwsGain::kAdmin, ""},
    {"iam-rewrite-policy", On::kOwnPolicy, kCreatePolicyVersion, AwsGain::kAdmin, ""},
    {"iam-trust", On::kRole, kUpdateTrust, AwsGain::kTarget, ""},
    {"iam-inline", On::kAssumableRole, kPutRolePolicy, AwsGain::kTargetAdmin, ""},
    {"iam-attach", On::kAssumableRole, kAttachRolePolicy, AwsGain::kTargetAdmin, ""},
    {"iam-access-key", On::kUser, kAccessKey, AwsGain::kTarget, ""},
    {"iam-login-profile", On::kUser, kLoginProfile, AwsGain::kTarget, ""},
    {"iam-login-profile", On::kUser, kChangeLoginProfile, AwsGain::kTarget, ""},
    {"pass-role", On::kPassedRole, kRunInstances, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kSpot, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLambda, AwsGain::kTarget, "lambda.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLambdaPermission, AwsGain::kTarget, "lambda.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLambdaSource, AwsGain::kTarget, "lambda.amazonaws.com"},
    {"pass-role", On::kPassedRole, kEcsTask, AwsGain::kTarget, "ecs-tasks.amazonaws.com"},
    {"pass-role", On::kPassedRole, kEcsService, AwsGain::kTarget, "ecs-tasks.amazonaws.com"},
    {"pass-role", On::kPassedRole, kBatch, AwsGain::kTarget, "ecs-tasks.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueEndpoint, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueJob, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kStack, AwsGain::kTarget, "cloudformation.amazonaws.com"},
    {"pass-role", On::kPassedRole, kChangeSet, AwsGain::kTarget, "cloudformation.amazonaws.com"},
    {"pass-role", On::kPassedRole, kCodeBuild, AwsGain::kTarget, "codebuild.amazonaws.com"},
    {"pass-role", On::kPassedRole, kDataPipeline, AwsGain::kTarget, "datapipeline.amazonaws.com"},
    {"pass-role", On::kPassedRole, kNotebook, AwsGain::kTarget, "sagemaker.amazonaws.com"},
    {"pass-role", On::kPassedRole, kTraining, AwsGain::kTarget, "sagemaker.amazonaws.com"},
    {"pass-role", On::kPassedRole, kProcessing, AwsGain::kTarget, "sagemaker.amazonaws.com"},
    {"pass-role", On::kPassedRole, kStates, AwsGain::kTarget, "states.amazonaws.com"},
    {"pass-role", On::kPassedRole, kScheduler, AwsGain::kTarget, "scheduler.amazonaws.com"},
    {"pass-role", On::kPassedRole, kEmr, AwsGain::kTarget, "elasticmapreduce.amazonaws.com"},
    {"pass-role", On::kPassedRole, kAppRunner, AwsGain::kTarget, "tasks.apprunner.amazonaws.com"},
    {"iam-old-version", On::kOwnPolicy, kOlderVersion, AwsGain::kAdmin, "", true},
    {"iam-boundary", On::kSelf, kDropUserBoundary, AwsGain::kUnbounded, ""},
    {"iam-boundary", On::kSelf, kPutUserBoundary, AwsGain::kUnbounded, ""},
    {"iam-boundary", On::kSelf, kDropRoleBoundary, AwsGain::kUnbounded, ""},
    {"iam-boundary", On::kSelf, kPutRoleBoundary, AwsGain::kUnbounded, ""},
    {"iam-group", On::kOtherGroup, kJoinGroup, AwsGain::kTarget, ""},
    {"iam-new-role", On::kNewRole, kNewRoleInline, AwsGain::kAdmin, ""},
    {"iam-new-role", On::kNewRole, kNewRoleAttach, AwsGain::kAdmin, ""},
    {"iam-saml", On::kSamlProvider, kSaml, AwsGain::kTarget, ""},
    {"pass-role", On::kPassedRole, kNewTrustAnchor, AwsGain::kTarget,
     "rolesanywhere.amazonaws.com"},
    {"pass-role", On::kPassedRole, kProfile, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kProfileInstead, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLaunchConfiguration, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLaunchConfigurationInstead, AwsGain::kTarget,
     "ec2.amazonaws.com"},
    {"pass-role", On::kPassedRole, kLambdaUrl, AwsGain::kTarget, "lambda.amazonaws.com"},
    {"pass-role", On::kPassedRole, kEcsStart, AwsGain::kTarget, "ecs-tasks.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueTrigger, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueUpdate, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueUpdateTrigger, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGlueSession, AwsGain::kTarget, "glue.amazonaws.com"},
    {"pass-role", On::kPassedRole, kStackInstead, AwsGain::kTarget, "cloudformation.amazonaws.com"},
    {"pass-role", On::kPassedRole, kStackSet, AwsGain::kTarget, "cloudformation.amazonaws.com"},
    {"pass-role", On::kPassedRole, kStackSetInstead, AwsGain::kTarget,
     "cloudformation.amazonaws.com"},
    {"pass-role", On::kPassedRole, kCodeBuildBatch, AwsGain::kTarget, "codebuild.amazonaws.com"},
    {"pass-role", On::kPassedRole, kCodePipeline, AwsGain::kTarget, "codepipeline.amazonaws.com"},
    {"pass-role", On::kPassedRole, kAutomation, AwsGain::kTarget, "ssm.amazonaws.com"},
    {"pass-role", On::kPassedRole, kEmrServerless, AwsGain::kTarget,
     "emr-serverless.amazonaws.com"},
    {"pass-role", On::kPassedRole, kBraket, AwsGain::kTarget, "braket.amazonaws.com"},
    {"pass-role", On::kPassedRole, kOmics, AwsGain::kTarget, "omics.amazonaws.com"},
    {"pass-role", On::kPassedRole, kAnalytics, AwsGain::kTarget, "kinesisanalytics.amazonaws.com"},
    {"pass-role", On::kPassedRole, kGameLift, AwsGain::kTarget, "gamelift.amazonaws.com"},
    {"pass-role", On::kPassedRole, kInterpreter, AwsGain::kTarget,
     "bedrock-agentcore.amazonaws.com"},
    {"pass-role", On::kPassedRole, kAgentRuntime, AwsGain::kTarget,
     "bedrock-agentcore.amazonaws.com"},
    {"pass-role", On::kPassedRole, kNodegroup, AwsGain::kTarget, "ec2.amazonaws.com", false, true},
    {"pass-role", On::kPassedRole, kCapability, AwsGain::kTarget, "capabilities.eks.amazonaws.com",
     false, true},
    {"eks-access-entry", On::kCluster, kEntry, AwsGain::kClusterAdmin, ""},
    {"eks-access-entry", On::kOwnEntry, kOwnEntryPolicy, AwsGain::kClusterAdmin, ""},
    {"eks-access-entry", On::kConfigMapCluster, kModeEntry, AwsGain::kClusterAdmin, ""},
    {"eks-groups", On::kCluster, kEntryGroups, AwsGain::kClusterGroups, ""},
    {"eks-groups", On::kOwnEntry, kOwnEntryGroups, AwsGain::kClusterGroups, ""},
    {"eks-identity-provider", On::kCluster, kIdentityProvider, AwsGain::kClusterGroups, ""},
    {"eks-identity-provider", On::kConfigMapCluster, kIdentityProvider, AwsGain::kClusterGroups,
     ""},
    {"eks-pod-identity", On::kPodIdentity, kAssociate, AwsGain::kTarget, "pods.eks.amazonaws.com",
     false, true},
    {"node-shell", On::kNodes, kStartSession, AwsGain::kTarget, ""},
    {"node-shell", On::kNodes, kSendCommand, AwsGain::kTarget, ""},
    {"iam-trust", On::kRole, kTrustInline, AwsGain::kTargetAdmin, ""},
    {"iam-trust", On::kRole, kTrustAttach, AwsGain::kTargetAdmin, ""},
    {"iam-access-key", On::kUser, kKeyInline, AwsGain::kTargetAdmin, ""},
    {"iam-access-key", On::kUser, kKeyAttach, AwsGain::kTargetAdmin, ""},
    {"iam-login-profile", On::kUser, kLoginInline, AwsGain::kTargetAdmin, ""},
    {"iam-login-profile", On::kUser, kLoginAttach, AwsGain::kTargetAdmin, ""},
    {"iam-login-profile", On::kUser, kChangeLoginInline, AwsGain::kTargetAdmin, ""},
    {"iam-login-profile", On::kUser, kChangeLoginAttach, AwsGain::kTargetAdmin, ""},
    {"iam-credential", On::kUser, kServiceCredential, AwsGain::kTarget, "", true},
    {"iam-credential", On::kUser, kSshKey, AwsGain::kTarget, "", true},
    {"iam-credential", On::kUser, kSigningCertificate, AwsGain::kTarget, "", true},
    {"iam-rewrite-policy", On::kAssumablePolicy, kCreatePolicyVersion, AwsGain::kTargetAdmin, ""},
    {"iam-boundary", On::kAssumableRole, kDropRoleBoundary, AwsGain::kTargetUnbounded, ""},
    {"iam-boundary", On::kAssumableRole, kPutRoleBoundary, AwsGain::kTargetUnbounded, ""},
    {"iam-oidc", On::kOidcProvider, kThumbprint, AwsGain::kTarget, "", true},
    {"iam-oidc", On::kNewProvider, kNewOidc, AwsGain::kTarget, "", true},
    {"iam-saml", On::kNewProvider, kNewSaml, AwsGain::kTarget, "", true},
    {"assume-root", On::kMemberRoot, kAssumeRoot, AwsGain::kTarget, "", true},
    {"sso-permission-set", On::kOwnPermissionSet, kSetInline, AwsGain::kAdmin, ""},
    {"sso-permission-set", On::kOwnPermissionSet, kSetAttach, AwsGain::kAdmin, ""},
    {"sso-permission-set", On::kOwnPermissionSet, kSetInlineOnly, AwsGain::kAdmin, "", true},
    {"sso-permission-set", On::kOwnPermissionSet, kSetAttachOnly, AwsGain::kAdmin, "", true},
    {"sso-permission-set", On::kNewPermissionSet, kNewSetInline, AwsGain::kAdmin, ""},
    {"sso-permission-set", On::kNewPermissionSet, kNewSetAttach, AwsGain::kAdmin, ""},
    // The role of a Fargate profile serves the node, not the pods.
    {"pass-role", On::kPassedRole, kFargateProfile, AwsGain::kTarget,
     "eks-fargate-pods.amazonaws.com", true, true},
    {"pass-role", On::kPassedRole, kCapabilityInstead, AwsGain::kTarget,
     "capabilities.eks.amazonaws.com", false, true},
    {"pass-role", On::kPassedRole, kBrowser, AwsGain::kTarget, "bedrock-agentcore.amazonaws.com"},
    {"pass-role", On::kPassedRole, kImageBuilder, AwsGain::kTarget, "ec2.amazonaws.com"},
    {"eks-pod-identity", On::kPodIdentity, kAssociateInstead, AwsGain::kTarget,
     "pods.eks.amazonaws.com", false, true},
    {"eks-addon", On::kAddon, kAddonNew, AwsGain::kTarget, "pods.eks.amazonaws.com", false, true},
    {"eks-addon", On::kAddon, kAddonInstead, AwsGain::kTarget, "pods.eks.amazonaws.com", false,
     true},
};

using Takes = CarrierPrimitive::Takes;

constexpr Texts kFunctionCode[] = {"lambda:UpdateFunctionCode"};
constexpr Texts kFunctionLayers[] = {"lambda:UpdateFunctionConfiguration"};
constexpr Texts kUpdateEndpoint[] = {"glue:UpdateDevEndpoint"};
constexpr Texts kStartBuild[] = {"codebuild:StartBuild"};
constexpr Texts kStartBuildBatch[] = {"codebuild:StartBuildBatch"};
constexpr Texts kUpdateProject[] = {"codebuild:UpdateProject"};
constexpr Texts kUserData[] = {"ec2:ModifyInstanceAttribute", "ec2:StopInstances",
                               "ec2:StartInstances"};
constexpr Texts kTemplateVersion[] = {"ec2:CreateLaunchTemplateVersion",
                                      "ec2:ModifyLaunchTemplate"};
constexpr Texts kNewTemplateVersion[] = {"ec2:CreateLaunchTemplateVersion"};
constexpr Texts kNodegroupVersion[] = {"eks:UpdateNodegroupVersion"};
constexpr Texts kSendKey[] = {"ec2-instance-connect:SendSSHPublicKey"};
constexpr Texts kExecuteCommand[] = {"ecs:ExecuteCommand"};
constexpr Texts kUpdateService[] = {"ecs:UpdateService"};
constexpr Texts kNotebookUrl[] = {"sagemaker:CreatePresignedNotebookInstanceUrl"};
constexpr Texts kNotebookScript[] = {"sagemaker:StopNotebookInstance",
                                     "sagemaker:UpdateNotebookInstance",
                                     "sagemaker:StartNotebookInstance"};
constexpr Texts kNotebookConfig[] = {"sagemaker:CreateNotebookInstanceLifecycleConfig"};
constexpr Texts kUpdateApp[] = {"apprunner:UpdateService"};
constexpr Texts kSubmitJob[] = {"batch:SubmitJob"};
constexpr Texts kUpdateMachine[] = {"states:UpdateStateMachine"};
constexpr Texts kDeploy[] = {"codedeploy:CreateDeployment"};
constexpr Texts kInterpret[] = {"bedrock-agentcore:StartCodeInterpreterSession",
                                "bedrock-agentcore:InvokeCodeInterpreter"};
constexpr Texts kInvokeAgent[] = {"bedrock-agentcore:InvokeAgentRuntime"};
constexpr Texts kBrowse[] = {"bedrock-agentcore:StartBrowserSession",
                             "bedrock-agentcore:ConnectBrowserAutomationStream"};

// Kinds as AWS's service authorization reference names resource types.
constexpr CarrierPrimitive kCarriers[] = {
    {"function-code", "lambda:function", kFunctionCode, {}},
    {"function-code", "lambda:function", kFunctionLayers, {}},
    {"dev-endpoint", "glue:devendpoint", kUpdateEndpoint, {}},
    {"stack-update", "cloudformation:stack", kStackInstead, {}},
    {"stack-update", "cloudformation:stack", kChangeSet, {}},
    {"build-project", "codebuild:project", kStartBuild, {}},
    {"build-project", "codebuild:project", kStartBuildBatch, {}},
    {"build-project", "codebuild:project", kUpdateProject, {}},
    {"instance-data", "ec2:instance", kUserData, {}},
    {"launch-template", "ec2:launch-template", kTemplateVersion, {}},
    {"launch-template", "eks:nodegroup", kNodegroupVersion, kNewTemplateVersion},
    {"instance-shell", "ec2:instance", kStartSession, {}, Takes::kAgent, ""},
    {"instance-shell", "ec2:instance", kSendCommand, {}, Takes::kAgent, "AWS-RunShellScript"},
    {"instance-shell",
     "ec2:instance",
     kSendKey,
     {},
     Takes::kNothing,
     "",
     "a way to the instance's SSH port"},
    {"instance-shell",
     "ec2:instance",
     {},
     kDeploy,
     Takes::kNothing,
     "",
     "a deployment group that holds the instance"},
    {"task-exec", "ecs:service", {}, kExecuteCommand, Takes::kShell, ""},
    {"task-exec", "ecs:service", kUpdateService, kExecuteCommand},
    {"task-exec",
     "ecs:service",
     kUpdateService,
     {},
     Takes::kNothing,
     "",
     "a task definition that runs what the caller wants"},
    {"notebook", "sagemaker:notebook-instance", kNotebookUrl, {}},
    {"notebook", "sagemaker:notebook-instance", kNotebookScript, kNotebookConfig},
    {"app-update", "apprunner:service", kUpdateApp, {}},
    {"batch-job", "batch:job-definition", kSubmitJob, {}},
    {"state-machine", "states:statemachine", kUpdateMachine, {}},
    {"agent", "bedrock-agentcore:code-interpreter-custom", kInterpret, {}},
    {"agent",
     "bedrock-agentcore:runtime",
     kInvokeAgent,
     {},
     Takes::kNothing,
     "",
     "an agent that does what it is told"},
    {"agent",
     "bedrock-agentcore:browser-custom",
     kBrowse,
     {},
     Takes::kNothing,
     "",
     "a browser that reaches the credentials of its role"},
};

}  // namespace

std::span<const KubernetesPrimitive> KubernetesPrimitives() { return kKubernetes; }
std::span<const AwsPrimitive> AwsPrimitives() { return kAws; }
std::span<const CarrierPrimitive> CarrierPrimitives() { return kCarriers; }

}  // namespace whomay::data
