# Access entries in place of aws-auth of cluster shop.
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/team/dev --type STANDARD --username 'dev:{{SessionName}}' --kubernetes-groups devs
# its user name is empty now; as an entry it is arn:aws:sts::111122223333:assumed-role/operator/{{SessionName}}, EKS's default
# without the group system:operators: EKS refuses groups that begin with system:; bind another group to its roles
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/operator --type STANDARD --kubernetes-groups devs
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:role/twice --type STANDARD --username stands --kubernetes-groups viewers
# the inputs hold the account's users and not this one: EKS refuses an entry for a user that is not there
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:user/ada --type STANDARD --username never --kubernetes-groups devs
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:user/team/ada --type STANDARD --username ada --kubernetes-groups devs
# No entry for mapRoles arn:aws:iam::111122223333:role/team/dev: it has the role's path, which aws-auth never sees: it matches nobody now, and an entry would let the role in.
# No entry for mapRoles arn:aws:iam::111122223333:role/ops-*: it is the ARN of nothing, and matches nobody.
# No entry for mapRoles arn:aws:iam::111122223333:role/twice: a later line of the same ARN takes its place.
# No entry for mapUsers arn:aws:iam::111122223333:root: it lets in the account's root user alone; an access entry takes a role or a user.
# No entry for mapAccounts 444455556666: every user and role of the account is let in, under its ARN and in no group: each would need an entry of its own.
# Compared with aws-auth: not the same: 1 principal gaining, 5 principals losing.
