// The query of a page's address, as Next hands it over.

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Reads a query. The result gives the value of one name, or undefined where it is missing or given more than once. */
export async function readQuery(searchParams: SearchParams): Promise<(name: string) => string | undefined> {
  const query = await searchParams
  return (name) => {
    const value = query[name]
    return typeof value === 'string' ? value : undefined
  }
}
