# Access entries in place of aws-auth of cluster shop.
# They need access_config { authentication_mode = "API_AND_CONFIG_MAP" } in the aws_eks_cluster; there is no way back from it.

# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "nodes" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:role/nodes"
  type          = "EC2_LINUX"
}

# AWS does not say which groups entries of type EC2_WINDOWS carry: what they give is unknown here, so nothing about it can be proven
# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "windows" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:role/windows"
  type          = "EC2_WINDOWS"
}

# AWS does not say which groups entries of type FARGATE_LINUX carry: what they give is unknown here, so nothing about it can be proven
# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "fargate" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:role/fargate"
  type          = "FARGATE_LINUX"
}

# EKS refuses the group system:masters: AmazonEKSClusterAdminPolicy gives the same permissions, but it is another grant: it can be taken away, bindings and webhooks that name the group do not see it, and impersonation drops it
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "admins" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:role/admins"
  user_name     = "admin:{{SessionName}}"
  type          = "STANDARD"
}

resource "aws_eks_access_policy_association" "admins" {
  cluster_name  = "shop"
  principal_arn = aws_eks_access_entry.admins.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_access_entry" "ada" {
  cluster_name      = "shop"
  principal_arn     = "arn:aws:iam::111122223333:user/ada"
  kubernetes_groups = ["viewers"]
  user_name         = "ada"
  type              = "STANDARD"
}

# No entry for mapRoles arn:aws:iam::111122223333:role/AWSReservedSSO_Developer_0123456789abcdef: a role of IAM Identity Center: an access entry wants its ARN with the path (role/aws-reserved/sso.amazonaws.com/…), which no input tells.

# Compared with aws-auth: not the same: 2 principals losing, 2 principals with access that depends on something else.
