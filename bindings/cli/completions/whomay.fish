# Completion of whomay for fish. Put it into ~/.config/fish/completions.

complete -c whomay -f
set -l first __fish_use_subcommand
complete -c whomay -n $first -a who -d 'Who may do it, with the path for each'
complete -c whomay -n $first -a can -d 'May this principal do it'
complete -c whomay -n $first -a why -d 'The same with every grant and near miss'
complete -c whomay -n $first -a what -d 'Everything it may do'
complete -c whomay -n $first -a whoami -d 'The users, groups and roles it acts as'
complete -c whomay -n $first -a reach -d 'Every principal it can become'
complete -c whomay -n $first -a paths -d 'The ways from one principal to another'
complete -c whomay -n $first -a matrix -d 'Principals by verbs, for each resource'
complete -c whomay -n $first -a diff -d 'Access gained and lost'
complete -c whomay -n $first -a graph -d 'Who can become whom'
complete -c whomay -n $first -a list -d 'What the inputs hold'
complete -c whomay -n $first -a check -d 'Findings and assertions'
complete -c whomay -n $first -a migrate -d 'The access entries that replace aws-auth'
complete -c whomay -n $first -a rules -d 'The rules of check, explained'
complete -c whomay -n $first -l version -d 'The version'

function __whomay_formats
    set -l words (commandline -opc)
    switch "$words[2]"
        case who
            printf '%s\n' table json csv dot mermaid graphml cytoscape html
        case can why reach paths graph
            printf '%s\n' table json dot mermaid graphml cytoscape html
        case list matrix
            printf '%s\n' table json csv
        case diff rules
            printf '%s\n' table json markdown
        case check
            printf '%s\n' table json markdown sarif junit github
        case migrate
            printf '%s\n' table json terraform cli
        case '*'
            printf '%s\n' table json
    end
end

complete -c whomay -s f -l file -r -F -d 'File, directory or -'
complete -c whomay -l config -r -F -d 'Configuration'
complete -c whomay -l default-namespace -x -d 'Namespace of manifests that name none'
complete -c whomay -l kubernetes-version -x -d 'Version of clusters whose input does not say'
complete -c whomay -l no-builtin-rbac -d 'Leave out what every cluster starts with'
complete -c whomay -l account -x -d 'AWS account where the files do not say'
complete -c whomay -l region -x -d 'AWS region where the files do not say'
complete -c whomay -l source-root -r -F -d 'Terraform code of the plan'
complete -c whomay -l assume -x -d 'Value of an unknown attribute'
complete -c whomay -s n -l namespace -x -d 'Namespace of the permission'
complete -c whomay -s A -l all-namespaces -d 'In all namespaces'
complete -c whomay -l subresource -x -d 'As RESOURCE/SUBRESOURCE'
complete -c whomay -l role-ref -x -d 'Of the binding to create'
complete -c whomay -l clusterrole -x -d 'As --role-ref ClusterRole/NAME'
complete -c whomay -l role -x -d 'As --role-ref Role/NAME'
complete -c whomay -l subject -x -d 'For this principal only'
complete -c whomay -l verbs -x -d 'Columns of matrix'
complete -c whomay -l any -d 'Any of it, not all of it'
complete -c whomay -l cluster -x -d 'Which cluster'
complete -c whomay -l world -x -a 'before after' -d 'Which world'
complete -c whomay -l direct -d 'No hops beyond authentication and membership'
complete -c whomay -l escalate -d 'Follow abuses of permissions too'
complete -c whomay -l max-hops -x -d 'Longest path'
complete -c whomay -l context -x -d 'Request context of IAM conditions'
complete -c whomay -l groups -x -d 'Groups that the caller carries besides'
complete -c whomay -s o -l output -x -a '(__whomay_formats)' -d 'How the answer is written'
complete -c whomay -l color -x -a 'auto always never' -d 'Colour'
complete -c whomay -l expand -d 'Every row'
complete -c whomay -l strict -d 'Exit code 3 when some input could not be read'
complete -c whomay -s v -l verbose -d 'Every diagnostic'
complete -c whomay -l stats -d 'Time and memory'
complete -c whomay -s h -l help -d 'Help'
complete -c whomay -n '__fish_seen_subcommand_from list' -a 'principals roles bindings clusters resources inputs policies access-entries holes service-accounts workloads carriers'
complete -c whomay -n '__fish_seen_subcommand_from migrate' -a aws-auth
complete -c whomay -n '__fish_seen_subcommand_from diff' -l before -r -F -d 'What was'
complete -c whomay -n '__fish_seen_subcommand_from diff' -l after -r -F -d 'What is to be'
complete -c whomay -n '__fish_seen_subcommand_from diff' -l fail-on -x -a gained -d 'Exit code 1 when somebody gains access'
complete -c whomay -n '__fish_seen_subcommand_from check' -l threshold -x -a 'note low medium high' -d 'Findings of this severity fail'
complete -c whomay -n '__fish_seen_subcommand_from check' -l baseline -r -F -d 'Findings of this file are suppressed'
complete -c whomay -n '__fish_seen_subcommand_from check' -l write-baseline -r -F -d 'Write a baseline'
