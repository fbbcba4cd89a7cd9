// The documents of an application: files that are taken or refused, and the one session that may read them.
import { readFile } from 'node:fs/promises'
import { begin, chooseFile, enrolment, expectQuestion, knownOf, program, sample } from './support/application.ts'
import { answerTo, pressContinue, summary } from './support/checkout.ts'
import { expect, test } from './support/devices.ts'

const tooLarge = { name: 'Everything.txt', mimeType: 'text/plain', buffer: Buffer.alloc(5 * 1024 * 1024 + 1, 'a') }
const typeMessage = 'The file must be a PDF, a Word document (.docx), plain text, a JPEG or a PNG'
const sizeMessage = 'The file must be 5 MB or smaller'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a file of the wrong kind or size is refused with a reason, and the right one taken', async ({
      page,
      demo,
    }) => {
      await begin(page, demo.url, 'sample')
      await page.goto('/application/sample')
      await pressContinue(page)
      await expect(summary(page)).toContainText('Choose the file with your writing sample')
      for (const [file, message] of [
        [program, typeMessage],
        [tooLarge, sizeMessage],
        [{ ...sample, buffer: Buffer.alloc(0) }, 'The file is empty. Choose another one'],
        [
          { ...enrolment, buffer: enrolment.buffer.subarray(0, 20) },
          'The file ends too early, as if it had not been saved completely. Choose another one',
        ],
      ] as const) {
        await chooseFile(page, file)
        await pressContinue(page)
        await expect(summary(page).getByRole('link')).toHaveText(message)
        await expect(page).toHaveTitle(/^Error: /)
        await expect(page.getByLabel('Choose a file')).toHaveAccessibleDescription(new RegExp(message.slice(0, 20)))
      }
      expect((await knownOf(page)).context.answers.sample).toBeUndefined()
      await chooseFile(page, sample)
      await pressContinue(page)
      await expectQuestion(page, 'check')
    })
  })
}

test('a document is for the session that handed it in, and for nobody else', async ({ page, demo, phone }) => {
  await begin(page, demo.url, 'check')
  await page.goto('/application/sample')
  const link = page.getByRole('link', { name: sample.name })
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toBe(sample.name)
  expect(await readFile(await download.path(), 'utf8')).toBe(sample.buffer.toString())

  const path = (await link.getAttribute('href')) ?? ''
  const own = await page.request.get(path)
  expect([own.status(), own.headers()['content-disposition']]).toEqual([200, expect.stringMatching(/^attachment/)])
  // Neither a stranger without a session may read it, nor one whose own session has reached the same step.
  expect((await phone.request.get(path)).status()).toBe(404)
  await begin(phone, demo.url, 'check')
  expect((await knownOf(phone)).context.answers.sample.document.name).toBe(sample.name)
  expect((await phone.request.get(path)).status()).toBe(404)

  // A second file replaces the first, which is then gone.
  await chooseFile(page, { ...sample, name: 'Chapter 2.txt', buffer: Buffer.from('It wove on.\n') })
  await pressContinue(page)
  await expectQuestion(page, 'check')
  await expect(answerTo(page, 'Writing sample')).toContainText('Chapter 2.txt')
  expect((await page.request.get(path)).status()).toBe(404)
})
