import 'reflect-metadata';

/** @typedef {{ provide: any, useFactory?: (...parts: any[]) => any, useValue?: any, inject?: any[] }} Provider */

/**
 * Makes what a service's own module lists, in the module's own way, without the web server around it. `wrap` sees each
 * part before others get it.
 */
export class Injector {
  /** @type {Map<any, Promise<any>>} */
  #made = new Map();
  /** @type {Map<any, Provider>} */
  #providers = new Map();

  /** @param {readonly any[]} providers @param {(token: any, part: any) => any} wrap */
  constructor(providers, wrap) {
    for (const provider of providers) this.#providers.set(provider.provide ?? provider, provider);
    this.wrap = wrap;
  }

  get tokens() {
    return [...this.#providers.keys()];
  }

  /** @param {any} token @returns {Promise<any>} */
  get(token) {
    const made = this.#made.get(token) ?? this.#make(token);
    this.#made.set(token, made);
    return made;
  }

  async #make(/** @type {any} */ token) {
    const provider = this.#providers.get(token);
    if (!provider) throw new Error(`nobody provides ${String(token.name ?? token)}`);
    if (typeof provider === 'function') return this.wrap(token, await this.construct(provider));
    if ('useValue' in provider) return this.wrap(token, provider.useValue);
    const parts = [];
    for (const each of provider.inject ?? []) parts.push(await this.get(each));
    return this.wrap(token, await provider.useFactory?.(...parts));
  }

  /** A class whose constructor says by decorators what it needs. @param {any} Class */
  async construct(Class) {
    const needs = /** @type {{ index: number, param: any }[]} */ (Reflect.getMetadata('self:paramtypes', Class) ?? []);
    const parts = [];
    for (const { param } of needs.toSorted((one, other) => one.index - other.index)) parts.push(await this.get(param));
    return new Class(...parts);
  }
}
