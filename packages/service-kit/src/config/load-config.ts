import { z } from 'zod';

/** A service that keeps nothing and is called by nobody has these: the gateway. */
export const edgeConfig = z.object({
  /** Comma-separated host:port list. */
  KAFKA_BROKERS: z.string().min(1),
  /** Prefix of every topic and consumer group: lets test runs share one broker. */
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .default(''),
  /** host:port of the HTTP server (health; the whole edge in the gateway). */
  HTTP_LISTEN: z.string().regex(/^.+:\d+$/),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Between SIGTERM and the end of the HTTP server: clients that keep connections learn to go elsewhere. None: 0. */
  DRAIN_SECONDS: z.coerce.number().min(0).max(15).optional(),
  /** host:port of `/metrics` (Prometheus text format). None: not served. */
  METRICS_LISTEN: z
    .string()
    .regex(/^.+:\d+$/)
    .optional(),
});

/** Every service with a database and a gRPC server has these; a service adds its own by `baseConfig.extend({...})`. */
export const baseConfig = edgeConfig.extend({
  MONGO_URL: z.string().startsWith('mongodb'),
  MONGO_DATABASE: z.string().min(1).max(63),
  /** host:port that the gRPC server listens on. */
  GRPC_LISTEN: z.string().regex(/^.+:\d+$/),
});

export type EdgeConfig = z.infer<typeof edgeConfig>;
export type BaseConfig = z.infer<typeof baseConfig>;

/** The environment does not satisfy the schema. Names variables and rules, never a value: it may be a secret. */
export class ConfigurationProblem extends Error {
  constructor(problems: readonly string[]) {
    super(`Configuration is not usable: ${problems.join('; ')}`);
    this.name = 'ConfigurationProblem';
  }
}

/** Parses the environment into a frozen, typed object. Throws `ConfigurationProblem`. */
export function loadConfig<S extends z.ZodType>(schema: S, environment: NodeJS.ProcessEnv): Readonly<z.infer<S>> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return Object.freeze(parsed.data as object) as Readonly<z.infer<S>>;
  throw new ConfigurationProblem(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`),
  );
}
