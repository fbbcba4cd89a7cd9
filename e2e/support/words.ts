// The texts of the shop in its other languages, and the steps of the checkout in any of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { ada, headings, type StepName } from './checkout.ts'

export type Say = (english: string, values?: Readonly<Record<string, string>>) => string

/** The texts of a language, by their English. A text that is not there fails the test. */
export function sayIn(lang: 'en' | 'de' | 'ar'): Say {
  const file = join(import.meta.dirname, `../../apps/demo/words/${lang}.json`)
  const texts: Record<string, string> | undefined = lang === 'en' ? undefined : JSON.parse(readFileSync(file, 'utf8'))
  return (english, values = {}) => {
    const text = texts ? texts[english] : english
    if (text === undefined) throw new Error(`There is no "${english}" in ${lang}.json`)
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  }
}

export async function expectStepIn(page: Page, say: Say, step: StepName): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: say(headings[step]), exact: true })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`/checkout/${step}(\\?|$)`))
}

export const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).filter({ visible: true }).click()

export async function fillShippingIn(page: Page, say: Say): Promise<void> {
  for (const [label, value] of Object.entries(ada)) await page.getByLabel(say(label), { exact: true }).fill(value)
  await page.getByLabel(say('Country'), { exact: true }).selectOption('GB')
}

/** Chooses a language by its own name, in the footer. */
export const speak = (page: Page, name: 'English' | 'Deutsch' | 'العربية') =>
  page.getByRole('button', { name, exact: true }).click()
