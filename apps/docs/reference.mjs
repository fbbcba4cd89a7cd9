// The API reference: a page for each entry of the package, from its docstrings.
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Application } from 'typedoc'

const source = resolve(import.meta.dirname, '../../packages/dogear')
const { exports } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
/** The name by which each file of an entry is imported. */
const names = new Map(Object.entries(exports).map(([entry, file]) => [file, entry.replace(/^\./, 'dogear')]))

/** The entries of the package, as they are imported; each has the page `api/<entry>.md`. */
export const entries = [...names.values()]

/**
 * Writes the pages into `folder`. Throws if an export has no docstring, or one of them links to nothing; what it is has
 * been printed then.
 */
export async function writeReference(/** @type {string} */ folder) {
  rmSync(folder, { recursive: true, force: true })
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...names.keys()].map((file) => join(source, file)),
    tsconfig: join(source, 'tsconfig.build.json'),
    out: folder,
    logLevel: 'Warn',
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    // The types of the sources are checked by themselves, with a newer compiler than typedoc has.
    skipErrorChecking: true,
    validation: { notExported: false, invalidLink: true },
    ...layout,
  })
  const project = await app.convert()
  if (!project) throw new Error('typedoc cannot read the package')
  for (const entry of project.children ?? []) {
    entry.name = names.get(`./src/${fileOf(entry)}.ts`) ?? entry.name
    for (const one of entry.children ?? [])
      if (!one.isReference() && ![one, ...(one.signatures ?? [])].some((part) => part.hasComment()))
        app.logger.warn(`${one.name} of ${entry.name} has no docstring`)
  }
  app.validate(project)
  if (app.logger.hasWarnings()) throw new Error('The API reference is not complete: see above.')
  await app.generateOutputs(project)
}

const fileOf = (/** @type {{ name: string }} */ { name }) =>
  names.has(`./src/${name}.ts`) ? name : `${name.replace(/\/index$/, '')}/index`

/** Options of typedoc-plugin-markdown: few pages, short ones, functions first. */
const layout = {
  router: 'module',
  entryFileName: 'index',
  groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', '*'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  classPropertiesFormat: 'table',
}
