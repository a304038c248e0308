/** Texts for people: flat keys, `{name}` placeholders, one table for each language. */
import type { Locale } from "../model/mod.ts";

const PLACEHOLDER = /\{([a-z][a-zA-Z0-9-]*)\}/g;

/**
 * Looks texts up in `locales`. A placeholder without a value stays as it is.
 * @throws {Error} naming the key, when there is no such text
 */
export function createTexts(
  locales: Readonly<Record<Locale, Readonly<Record<string, string>>>>,
): (locale: Locale, key: string, values?: Readonly<Record<string, string>>) => string {
  const tables = new Map(
    Object.entries(locales).map(([locale, table]) => [locale, new Map(Object.entries(table))]),
  );
  return (locale, key, values = {}) => {
    const template = tables.get(locale)?.get(key);
    if (template === undefined) {
      throw new Error(`Cannot find a text as its key must be in the locale files: ${locale} has no "${key}"`);
    }
    return fill(template, values);
  };
}

/** One pass, so that a value which looks like a placeholder is never filled itself. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  if (!template.includes("{")) return template;
  return template.replace(
    PLACEHOLDER,
    (whole: string, name: string) => Object.hasOwn(values, name) ? values[name] ?? whole : whole,
  );
}
