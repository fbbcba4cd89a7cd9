// The first half of a cookie, sealed: it leads other browsers to a session, with a secret of their own.

/** Part of what a selector is sealed with. Stored selectors depend on it. */
export const sealedSelectorPurpose = 'way'
