import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { z } from 'zod';
import { type Description, DESCRIPTION } from './described.js';
import { Shape } from './shape.pipe.js';

const SECURITY: Readonly<Record<Description['by'], readonly object[]>> = {
  merchant: [{ merchantKey: [] }],
  terminal: [{ accessToken: [] }],
  cookie: [{ refreshCookie: [] }],
  anybody: [],
};

const SECURITY_SCHEMES = {
  merchantKey: { type: 'http', scheme: 'bearer', description: 'secret key of a merchant, sk_…' },
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'of POST /v1/sessions' },
  refreshCookie: { type: 'apiKey', in: 'cookie', name: 'openswipe_refresh' },
};

const problem = z.object({
  type: z.string().describe('urn:openswipe:problem:<code>'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe('for developers'),
  code: z.string().describe('stable; switch on it'),
  param: z.string().optional().describe('the field at fault'),
  facts: z.record(z.string(), z.string()).optional(),
  requestId: z.string(),
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly description: Description;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly parameters: z.ZodType | undefined;
}

/** OpenAPI 3.1 of the controllers' routes, read from the same schemas that check requests: it cannot drift. */
export function describeApi(controllers: readonly Type[], publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of controllers.flatMap(operationsOf)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toOpenApi(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Openswipe',
      version: 'v1',
      description: 'Amounts are strings of minor units, times ISO 8601 in UTC, refusals RFC 9457 problem documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: { Problem: toSchema(problem, 'output') } },
  };
}

function operationsOf(controller: Type): Operation[] {
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const description = handler instanceof Function && Reflect.getMetadata(DESCRIPTION, handler);
    if (!description) return [];
    const path = [prefix, String(Reflect.getMetadata(PATH_METADATA, handler)).replace(/^\//, '')];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
    return {
      method: method.toLowerCase(),
      path: `/${path.filter(Boolean).join('/')}`.replace(/:(\w+)/g, '{$1}'),
      name: `${controller.name.replace('Controller', '')}.${name}`,
      description: description as Description,
      ...shapesOf(controller, name),
    };
  });
}

/** Nest's numbers of `@Body()`, `@Query()` and `@Param()`. */
const BODY = '3';
const QUERY = '4';
const PARAM = '5';

function shapesOf(controller: Type, name: string): Pick<Operation, 'body' | 'query' | 'parameters'> {
  const routeArguments: Record<string, { pipes?: unknown[] }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {};
  const shapeOf = (kind: string): z.ZodType | undefined =>
    Object.entries(routeArguments)
      .filter(([key]) => key.split(':')[0] === kind)
      .flatMap(([, { pipes = [] }]) => pipes)
      .find((pipe): pipe is Shape<z.ZodType> => pipe instanceof Shape)?.schema;
  return { body: shapeOf(BODY), query: shapeOf(QUERY), parameters: shapeOf(PARAM) };
}

function toOpenApi({ name, description, body, query, parameters }: Operation): object {
  const { summary, by, status = 200, answer, mediaType, headers = [], refusals = [] } = description;
  const content = answer
    ? { 'application/json': { schema: toSchema(answer, 'output') } }
    : mediaType && { [mediaType]: { schema: { type: 'string' } } };
  return {
    operationId: name,
    summary,
    security: SECURITY[by],
    parameters: [
      ...toParameters(parameters, 'path'),
      ...toParameters(query, 'query'),
      ...headers.map((header) => ({ name: header, in: 'header', required: true, schema: { type: 'string' } })),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: toSchema(body, 'input') } } },
    }),
    responses: {
      [status]: { description: 'Done', ...(content && { content }) },
      default: {
        description: ['A problem document', ...refusals].join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function toParameters(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toSchema(schema, 'output') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
