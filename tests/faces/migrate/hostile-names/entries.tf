# Access entries in place of aws-auth of cluster shop.

resource "aws_eks_access_entry" "a_b" {
  cluster_name      = "shop"
  principal_arn     = "arn:aws:iam::111122223333:user/a.b"
  kubernetes_groups = ["it's", "\"; rm -rf ~ #", "$(id)", "`id`", "\\\\", "ä€"]
  user_name         = "$${aws_iam_user.a.arn} %%{ if true }x%%{ endif } $$${y}"
  type              = "STANDARD"
}

resource "aws_eks_access_entry" "a_b_2" {
  cluster_name      = "shop"
  principal_arn     = "arn:aws:iam::111122223333:user/a_b"
  kubernetes_groups = ["a\nb", "\u001b[31m"]
  user_name         = "line\nbreak\ttab"
  type              = "STANDARD"
}

resource "aws_eks_access_entry" "_7_7_14" {
  cluster_name  = "shop"
  principal_arn = "arn:aws:iam::111122223333:user/7+7=14"
  user_name     = "--cluster-name"
  type          = "STANDARD"
}

# Compared with aws-auth: nobody gains or loses anything.
