'use client'
// The end of a time limit as the server sees it.

import { useEffect } from 'react'

/** The server decides when something is over. Once this page's clock says so, it asks until the server agrees. */
export function useRefreshWhenOver(over: boolean, refresh: () => unknown): void {
  useEffect(() => {
    if (!over) return
    void refresh()
    const timer = setInterval(refresh, 2000)
    return () => clearInterval(timer)
  }, [over, refresh])
}
