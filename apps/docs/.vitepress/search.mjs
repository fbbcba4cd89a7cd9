// How the site is searched, in the browser and by the check of its build.

/** Guides go before the reference, which names everything. The other options are the defaults of VitePress. */
export const searchOptions = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  // Words that say nothing would be found, and marked, inside others: "to" in "customer". This function is sent to the
  // browser as text, so it uses nothing from around it.
  processTerm: (/** @type {string} */ term) =>
    'a an and are at be by can do does for how i in is it my of on or the to what when where which why with'
      .split(' ')
      .includes(term.toLowerCase())
      ? null
      : term.toLowerCase(),
  boostDocument: (/** @type {string} */ id) => (/^\/(api|CONTRIBUTING|figures|licences)/.test(id) ? 0.4 : 1),
}
