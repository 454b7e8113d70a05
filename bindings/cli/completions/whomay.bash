# Completion of whomay for bash 4 and later. Installed where bash-completion looks for it; by hand:
#   source whomay.bash

_whomay_commands="who can why what whoami reach paths matrix diff graph list check migrate rules"
_whomay_flags="-f --file --config --default-namespace --kubernetes-version --no-builtin-rbac --account
  --region --source-root --assume -n --namespace -A --all-namespaces --subresource --role-ref --clusterrole --role
  --subject --verbs --any --cluster --world --direct --escalate --max-hops --context --groups
  -o --output --color --expand --strict -v --verbose --stats -h --help"
_whomay_lists="principals roles bindings clusters resources inputs policies access-entries holes service-accounts workloads carriers"

# What -o takes after each command.
_whomay_formats() {
  case $1 in
    who) echo table json csv dot mermaid graphml cytoscape html ;;
    can|why|reach|paths|graph) echo table json dot mermaid graphml cytoscape html ;;
    list|matrix) echo table json csv ;;
    diff|rules) echo table json markdown ;;
    check) echo table json markdown sarif junit github ;;
    migrate) echo table json terraform cli ;;
    *) echo table json ;;
  esac
}

_whomay() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$_whomay_commands --help --version" -- "$word")
    return
  fi
  case $before in
    -f|--file|--config|--before|--after|--source-root|--baseline|--write-baseline)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames 2>/dev/null
      return ;;
    -o|--output)
      mapfile -t COMPREPLY < <(compgen -W "$(_whomay_formats "$command")" -- "$word")
      return ;;
    --world)
      mapfile -t COMPREPLY < <(compgen -W "before after" -- "$word")
      return ;;
    --color)
      mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
      return ;;
    --threshold)
      mapfile -t COMPREPLY < <(compgen -W "note low medium high" -- "$word")
      return ;;
    --fail-on)
      mapfile -t COMPREPLY < <(compgen -W "gained" -- "$word")
      return ;;
  esac
  local flags=$_whomay_flags
  case $command in
    diff) flags="$flags --before --after --fail-on" ;;
    check) flags="$flags --threshold --baseline --write-baseline" ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  elif [ "$command" = list ] && [ "$COMP_CWORD" = 2 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$_whomay_lists" -- "$word")
  elif [ "$command" = migrate ] && [ "$COMP_CWORD" = 2 ]; then
    mapfile -t COMPREPLY < <(compgen -W "aws-auth" -- "$word")
  fi
}
complete -F _whomay whomay
