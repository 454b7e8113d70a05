# Access entries in place of aws-auth of cluster blue.

# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "blue_dev" {
  cluster_name      = "blue"
  principal_arn     = "arn:aws:iam::111122223333:role/dev"
  kubernetes_groups = ["blue"]
  user_name         = "blue:{{SessionName}}"
  type              = "STANDARD"
}

# Access entries in place of aws-auth of cluster green.
# They need access_config { authentication_mode = "API_AND_CONFIG_MAP" } in the aws_eks_cluster; there is no way back from it.

# the role is not among the inputs: if it has a path, its ARN with the path belongs here
resource "aws_eks_access_entry" "green_dev" {
  cluster_name      = "green"
  principal_arn     = "arn:aws:iam::111122223333:role/dev"
  kubernetes_groups = ["green"]
  user_name         = "green:{{SessionName}}"
  type              = "STANDARD"
}

# Compared with aws-auth: nobody gains or loses anything.
