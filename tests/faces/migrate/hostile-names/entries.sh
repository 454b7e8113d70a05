# Access entries in place of aws-auth of cluster shop.
aws eks create-access-entry --region eu-west-1 --cluster-name shop --principal-arn arn:aws:iam::111122223333:user/a.b --type STANDARD --username '${aws_iam_user.a.arn} %{ if true }x%{ endif } $${y}' --kubernetes-groups 'it'\''s' '"; rm -rf ~ #' '$(id)' '`id`' '\\' 'ä€'
aws eks create-access-entry --region eu-west-1 --cli-input-json '{"clusterName": "shop", "principalArn": "arn:aws:iam::111122223333:user/a_b", "type": "STANDARD", "username": "line\nbreak\ttab", "kubernetesGroups": ["a\nb", "\u001b[31m"]}'
aws eks create-access-entry --region eu-west-1 --cli-input-json '{"clusterName": "shop", "principalArn": "arn:aws:iam::111122223333:user/7+7=14", "type": "STANDARD", "username": "--cluster-name"}'
# Compared with aws-auth: nobody gains or loses anything.
