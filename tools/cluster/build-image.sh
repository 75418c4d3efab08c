#!/bin/sh
# Builds the image of one service, named by the image: .../openswipe-orders:tag. Skaffold's custom builder, and good by
# hand: IMAGE=localhost:5000/openswipe-orders:dev BUILD_CONTEXT=. PUSH_IMAGE=true tools/cluster/build-image.sh
# BASE_IMAGE: see the Dockerfile. TARGET: service (default) or dev.
set -eu
: "${IMAGE:?}" "${BUILD_CONTEXT:?}"
. "$(dirname "$0")/builder.sh"
name=${IMAGE##*/}
name=${name%%[@:]*}
service=${name#openswipe-}
if [ "$service" = "$name" ]; then
  echo "The name of the image $IMAGE must be openswipe-<service>." >&2
  exit 2
fi
build --target "${TARGET:-service}" --build-arg "SERVICE=$service" ${BASE_IMAGE:+--build-arg "BASE_IMAGE=$BASE_IMAGE"} \
  --file "$BUILD_CONTEXT/Dockerfile" --tag "$IMAGE" "$BUILD_CONTEXT"
if [ "${PUSH_IMAGE:-false}" = true ]; then push "$IMAGE"; fi
