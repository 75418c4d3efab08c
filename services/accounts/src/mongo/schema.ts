import { type HydratedDocument, Schema, type SchemaDefinition } from 'mongoose';

/** Building blocks of the schemas. `anyText` may be empty, which mongoose's `required` would refuse. */
export const text = { type: String, required: true };
export const anyText = { type: String, default: '' };
export const optionalText = { type: String };
export const time = { type: Date, required: true };
export const optionalTime = { type: Date };

/** Unknown fields are refused on the way in; collections and indexes are made at start, not on first use. */
export const strictSchema = <T>(collection: string, definition: SchemaDefinition): Schema<T> =>
  new Schema(definition, {
    collection,
    versionKey: false,
    strict: 'throw',
    autoCreate: false,
    autoIndex: false,
  }) as unknown as Schema<T>;

/** A part of a document: no id of its own. */
export const part = (definition: SchemaDefinition): Schema => new Schema(definition, { _id: false, strict: 'throw' });

/** The store is a door too: what comes back must still have the schema's shape. Throws mongoose's validation error. */
export async function readBack<T>(document: HydratedDocument<T>): Promise<T> {
  await document.validate();
  return document.toObject() as T;
}
