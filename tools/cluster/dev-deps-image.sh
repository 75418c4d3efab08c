#!/bin/sh
# Builds the image of charts/dev-deps from the jars of tools/infra and a Java runtime of the modules that they need.
# IMAGE=localhost:5000/openswipe-dev-deps:0.1.0 PUSH_IMAGE=true tools/cluster/dev-deps-image.sh
set -eu
: "${IMAGE:?}"
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tools/cluster/builder.sh"
"$root/node_modules/.bin/node" --input-type=module -e \
  "const { ensureJars } = await import('$root/tools/infra/index.mjs'); await ensureJars(console.error);"
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
modules=java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.security.sasl,java.sql
jlink --strip-debug --no-header-files --no-man-pages --output "$context/java" \
  --add-modules "$modules,java.xml,jdk.crypto.ec,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs"
mkdir -p "$context/openswipe" "$context/tmp" "$context/data" "$context/etc"
cp -r "$root/.openswipe/infra/lib" "$root/.openswipe/infra/classes" "$context/openswipe/"
cp "$root/tools/infra/java/log4j2.properties" "$context/openswipe/"
find "$context/java" -name '*.so' -o -path '*/bin/java' | xargs ldd | grep -o '=> /[^ ]*' | cut -c4- | sort -u |
  grep -v "^$context" | while read -r library; do
  mkdir -p "$context$(dirname "$library")"
  cp -L "$library" "$context$library"
done
loader=$(ldd "$context/java/bin/java" | grep -o '^[[:space:]]*/[^ ]*' | tr -d '[:space:]')
mkdir -p "$context$(dirname "$loader")"
cp -L "$loader" "$context$loader"
echo 'openswipe:x:65532:65532::/:/nonexistent' > "$context/etc/passwd"
build --file "$root/tools/cluster/dev-deps.Dockerfile" --tag "$IMAGE" "$context"
if [ "${PUSH_IMAGE:-false}" = true ]; then push "$IMAGE"; fi
