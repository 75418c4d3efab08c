#!/bin/sh
# Makes the image that the others are compiled in (BASE_IMAGE of the Dockerfile) from this machine's own programs, for
# places that reach no image registry: node, npm and a shell, about 150 MB. Usage: tools/cluster/base-image.sh IMAGE
set -eu
image=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tools/cluster/builder.sh"
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
node=$("$root/node_modules/.bin/node" -p process.execPath)
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
mkdir -p "$context/bin" "$context/usr/bin" "$context/lib" "$context/etc/ssl/certs" "$context/root" "$context/tmp"
cp "$(command -v busybox)" "$context/bin/busybox"
for name in $(busybox --list | grep -vx busybox); do ln -s /bin/busybox "$context/bin/$name"; done
ln -s /bin/busybox "$context/usr/bin/env"
ln -s ../lib/npm/bin/npm-cli.js "$context/bin/npm"
cp -r "$npm" "$context/lib/npm"
cp "$node" "$context/bin/node"
# What node needs, and the native packages that compile.
find "$root/node_modules" -name '*.node' -print0 | xargs -0 ldd "$node" 2> /dev/null | grep -o '[[:space:]]/[^ ]*' |
  sort -u | while read -r library; do
  mkdir -p "$context$(dirname "$library")"
  cp -L "$library" "$context$library"
done
# The machine's own trust: a network between here and the package registry may have a certificate authority of its own.
cp -L "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$context/etc/ssl/certs/ca-certificates.crt"
npm config get registry | sed 's/^/registry=/' > "$context/etc/npmrc"
echo 'root:x:0:0::/root:/bin/sh' > "$context/etc/passwd"
echo 'root:x:0:' > "$context/etc/group"
cat > "$context/Dockerfile" <<'END'
FROM scratch
COPY . /
ENV PATH=/bin NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_GLOBALCONFIG=/etc/npmrc
END
build --tag "$image" "$context"
