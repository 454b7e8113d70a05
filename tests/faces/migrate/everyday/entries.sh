# Access entries in place of aws-auth of cluster shop.
# They need this mode, if the cluster is not in it already; there is no way back from it.
aws eks update-cluster-config --region eu-west-1 --name shop --access-config authenticationMode=API_AND_CONFIG_MAP
# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/nodes --type EC2_LINUX
# AWS does not say which groups entries of type EC2_WINDOWS carry: what they give is unknown here, so nothing about it can be proven
# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/windows --type EC2_WINDOWS
# AWS does not say which groups entries of type FARGATE_LINUX carry: what they give is unknown here, so nothing about it can be proven
# without the group system:bootstrappers, which nodes of access entries do without
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/fargate --type FARGATE_LINUX
# EKS refuses the group system:masters: AmazonEKSClusterAdminPolicy gives the same permissions, but it is another grant: it can be taken away, bindings and webhooks that name the group do not see it, and impersonation drops it
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/admins --type STANDARD --username 'admin:{{SessionName}}'
aws eks associate-access-policy --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/admins --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:user/ada --type STANDARD --username ada --kubernetes-groups viewers
# No entry for mapRoles arn:aws:iam::111122223333:role/AWSReservedSSO_Developer_0123456789abcdef: a role of IAM Identity Center: an access entry wants its ARN with the path (role/aws-reserved/sso.amazonaws.com/…), which no input tells.
# Compared with aws-auth: not the same: 2 principals losing, 2 principals with access that depends on something else.
