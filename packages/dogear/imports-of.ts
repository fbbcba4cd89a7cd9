// Reads the imports of a source file: enough of a parser for files a formatter has been through.

/** The imports of a source; `typeOnly` if all names are types. `import('x')` takes values. */
export function importsOf(source: string): { from: string; typeOnly: boolean }[] {
  const statements = source.matchAll(/^\s*(?:import|export)\s+(type\s)?([^'"`;=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const dynamic = source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)
  return [
    ...[...statements].map(([, type, names = '', from = '']) => {
      const inner = /\{([^}]*)\}\s+from/
        .exec(names)?.[1]
        ?.split(',')
        .filter((name) => name.trim())
      const everyNameIsType = inner?.every((name) => /^\s*type\s/.test(name)) && !/^\s*\w/.test(names)
      return { from, typeOnly: Boolean(type || (inner?.length && everyNameIsType)) }
    }),
    ...[...dynamic].map(([, from = '']) => ({ from, typeOnly: false })),
  ]
}
