# The standalone bot: docs/guide.md says how to run it.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
# What only building needs goes. discord.js is needed for both, and stays if it is a peer alone.
RUN npm run build && npm pkg delete devDependencies && npm prune

FROM node:24-bookworm-slim
ENV NODE_ENV=production GUILDSTATS_DB=/data/guildstats.db
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE PRIVACY.md ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 CMD ["node", "dist/cli/main.js", "health"]
CMD ["node", "dist/cli/main.js"]
