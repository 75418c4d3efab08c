# One image for each service: --build-arg SERVICE=gateway|orders|transactions|risk|ledger|accounts|paid-order
# BASE_IMAGE needs Node 24, npm and a shell; nothing of it but node and its libraries gets into the image.
ARG BASE_IMAGE=node:24-bookworm-slim

# The same for every SERVICE, so it runs once: compiles, then lays out what each image holds. One step, because what is
# only needed to compile (ten times the result) must not stay in a layer.
FROM ${BASE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund \
 && npm exec -- tsc -b \
 && npm exec -- vite build --logLevel warn clients/terminal-web --config clients/terminal-web/vite.config.ts \
 && node tools/cluster/lay-out-images.mjs /out \
 && rm -rf node_modules /root/.npm

# Development: the shell and tar of BASE_IMAGE for file sync; starts again when a file changes.
FROM ${BASE_IMAGE} AS dev
WORKDIR /app
COPY --from=build --chown=65532:65532 /out/common/ /app/
ARG SERVICE
COPY --from=build --chown=65532:65532 /out/${SERVICE}/ /app/
USER 65532:65532
ENTRYPOINT ["node", "--watch", "--enable-source-maps", "/app/main.mjs"]

# Three layers: node and its libraries; packages that all services need; the service and what it alone needs. The first
# two are the same bytes in each image.
FROM scratch AS service
WORKDIR /app
USER 65532:65532
ENV NODE_ENV=production
ENTRYPOINT ["/bin/node", "--enable-source-maps", "/app/main.mjs"]
COPY --from=build /out/runtime/ /
COPY --from=build /out/common/ /app/
ARG SERVICE
COPY --from=build /out/${SERVICE}/ /app/
