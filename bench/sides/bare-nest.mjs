import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serve } from './serve.mjs';

class Health {
  live() {
    return { status: 'ok' };
  }
}
const decorate = (/** @type {ClassDecorator[]} */ decorators, /** @type {any} */ target) =>
  Reflect.decorate(decorators, target);
decorate([Controller('health')], Health);
const live = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(Health.prototype, 'live'));
Get('live')(Health.prototype, 'live', live);
class App {}
decorate([Module({ controllers: [Health] })], App);

const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');

serve({});
