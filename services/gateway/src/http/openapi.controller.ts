import { Controller, Get, Inject } from '@nestjs/common';

/** Injection token of the API's description. */
export const API_DESCRIPTION = Symbol('API_DESCRIPTION');

@Controller()
export class OpenApiController {
  constructor(@Inject(API_DESCRIPTION) private readonly description: object) {}

  @Get('openapi.json')
  get(): object {
    return this.description;
  }
}
