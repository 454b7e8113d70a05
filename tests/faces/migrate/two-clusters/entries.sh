# Access entries in place of aws-auth of cluster blue.
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region eu-west-1 --cluster-name blue --principal-arn arn:aws:iam::111122223333:role/dev --type STANDARD --username 'blue:{{SessionName}}' --kubernetes-groups blue
# Access entries in place of aws-auth of cluster green.
# They need this mode, if the cluster is not in it already; there is no way back from it.
aws eks update-cluster-config --region us-east-1 --name green --access-config authenticationMode=API_AND_CONFIG_MAP
# the role is not among the inputs: if it has a path, its ARN with the path belongs here
aws eks create-access-entry --region us-east-1 --cluster-name green --principal-arn arn:aws:iam::111122223333:role/dev --type STANDARD --username 'green:{{SessionName}}' --kubernetes-groups green
# Compared with aws-auth: nobody gains or loses anything.
