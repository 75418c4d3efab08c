import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { describeError, type Logger } from '@openswipe/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, toProblem } from './problem.js';

const RETRY_AFTER_S = '1';

/** A page for people instead of the problem document, where that fits. */
export type RenderPage = (
  request: FastifyRequest,
  problem: Problem,
) => { readonly body: string; readonly policy: string } | undefined;

/** The one exception filter: every error leaves as a problem; our own faults are logged here, where the stack is. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly renderPage: RenderPage,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error, request.id);
    if (problem.status >= 500) {
      const { stack } = error as { stack?: string };
      this.logger.error({ requestId: request.id, error: describeError(error), stack }, 'request failed');
    }
    if (reply.sent) return;
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_S);
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    const page = this.renderPage(request, problem);
    void reply.status(problem.status);
    if (page)
      void reply.type('text/html; charset=utf-8').header('content-security-policy', page.policy).send(page.body);
    else void reply.type('application/problem+json').send(JSON.stringify(problem));
  }
}
