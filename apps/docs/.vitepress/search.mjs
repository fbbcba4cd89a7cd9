// How the site is searched, in the browser and by the check of its build.

/** Guides go before the reference, which names everything. The other options are the defaults of VitePress. */
export const searchOptions = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  boostDocument: (/** @type {string} */ id) => (/^\/(api|CONTRIBUTING|figures|licences)/.test(id) ? 0.4 : 1),
}
