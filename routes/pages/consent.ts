/** The version of the declaration and notice texts that people agree to on the pages. */
export const CONSENT_VERSION = "2026-11";
