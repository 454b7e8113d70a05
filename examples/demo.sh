#!/bin/sh
# What `make demo` shows: questions about the bundled example that cross AWS and Kubernetes.
#
#   examples/demo.sh WHOMAY_BINARY
set -eu
whomay=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/shop"

ask() {
  printf '\n$ whomay'
  for word in "$@"; do
    case $word in
      *[\*\ ]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  status=0
  "$whomay" "$@" || status=$?
  # can says its answer in the exit code too: 1 denied, 3 conditional or unknown.
  [ $status -ne 2 ] || exit 2
}

cat <<'TEXT'
examples/shop is a small web shop: Terraform for two AWS accounts and an EKS cluster, and the cluster's
manifests. Its README tells who may do what. Here is a pull request on it (change/plan.json is what
Terraform would make of it), and these are questions that a reviewer asks.
TEXT

echo
echo "Who can read Secrets in the namespace shop?"
ask who get secrets -n shop -f change/plan.json -f manifests/

echo
echo "Who can read the customers' orders, which lie in an S3 bucket?"
ask who s3:GetObject arn:aws:s3:::example-shop-orders/2025/0001.json -f change/plan.json -f manifests/

echo
echo "May the developer Jonas do that, now and after the change?"
ask can jonas get secrets -n shop --world before -f change/plan.json -f manifests/
ask can jonas get secrets -n shop -f change/plan.json -f manifests/
