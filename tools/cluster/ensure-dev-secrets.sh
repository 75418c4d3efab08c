#!/bin/sh
# Makes the namespace (Pod Security: restricted) and, once, the Secrets of a development installation.
# Usage: tools/cluster/ensure-dev-secrets.sh NAMESPACE MONGO_URL [SMTP_URL]; needs `npm run build` before.
set -eu
namespace=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
kubectl create namespace "$namespace" --dry-run=client --output yaml | kubectl apply --filename - > /dev/null
kubectl label namespace "$namespace" --overwrite pod-security.kubernetes.io/enforce=restricted > /dev/null
if kubectl --namespace "$namespace" get secret openswipe-mongo > /dev/null 2>&1; then exit 0; fi
secrets=$("$root/node_modules/.bin/node" "$root/tools/cluster/dev-secrets.mjs" "$@")
printf '%s\n' "$secrets" | kubectl --namespace "$namespace" create --filename -
