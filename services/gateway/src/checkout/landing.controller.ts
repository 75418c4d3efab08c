import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { html } from './html.js';
import { languageOf } from './language.js';
import { page } from './page.js';

const TEXTS = {
  en: {
    text: 'Pay web shops with your own bank card and a small reader.',
    terminal: 'Open the terminal',
    api: 'API description (OpenAPI 3.1)',
  },
  'zh-CN': { text: '用自己的银行卡和小型读卡器为网店订单付款。', terminal: '打开终端', api: 'API 文档（OpenAPI 3.1）' },
} as const;

@Controller()
export class LandingController {
  @Get()
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const language = languageOf(request);
    const { text, terminal, api } = TEXTS[language];
    const main = html`<main class="notice">
      <h1>Openswipe</h1>
      <p>${text}</p>
      <p><a class="button" href="/terminal/">${terminal}</a></p>
      <p><a href="/openapi.json">${api}</a></p>
    </main>`;
    const { body, policy } = page({ title: 'Openswipe', language, main });
    void reply.headers({ 'content-security-policy': policy, vary: 'accept-language' });
    void reply.type('text/html; charset=utf-8').send(body);
  }
}
