// The questions of the application as schemas of their answers. A schema accepts its own output unchanged.

import { z } from 'zod'
import type { EventsOf } from '../events.ts'
import { pii } from '../marks.ts'
import { country, digits, email, optional, phone, postcode, required, requiredLines } from '../text-fields.ts'
import { employments, fieldOf, genres, leaves, namesOf, relations, summaryLength } from './choices.ts'

const yesOrNo = (message: string) => z.enum(['yes', 'no'], message)

const Name = z.object({
  fullName: required('Enter your full name', 'Full name', 100).meta(pii),
  penName: optional('Pen name', 100).meta(pii),
})

const Contact = z.object({ email: email.meta(pii), phone: phone.meta(pii) })

const Address = z.object({
  line1: required('Enter the first line of your address', 'Address line 1', 100).meta(pii),
  line2: optional('Address line 2', 100).meta(pii),
  city: required('Enter a town or city', 'Town or city', 80).meta(pii),
  postcode: postcode.meta(pii),
  country: country('Choose the country you live in').meta(pii),
})

const Company = z.object({ company: yesOrNo('Choose yes if anyone would come with you') })

const age = digits('Enter their age in years', /^\d{1,3}$/, 'as a number like 8').refine(
  (years) => Number(years) <= 120,
  'Age must be 120 or less',
)

/** The answers about one person who comes along. `person` is the id they got when they were added. */
export const Person = z.object({
  person: z.string().regex(/^p\d{1,4}$/),
  personName: required('Enter their full name', 'Full name', 100).meta(pii),
  relation: z.enum(namesOf(relations), 'Choose who they are to you').meta(pii),
  age: age.meta(pii),
})
export type Person = z.infer<typeof Person>

const SomePerson = Person.partial({ person: true })

/**
 * The answers about one person; without `person`, about someone new. The form names its fields after the person
 * (`age-p2`), so that a draft about one person never shows up in the form of another. The issues are named the same.
 */
const PersonGiven = z.record(z.string(), z.unknown()).transform((payload, context): z.infer<typeof SomePerson> => {
  const nameIn = (name: string) => fieldOf(name, typeof payload.person === 'string' ? payload.person : undefined)
  const given = Object.keys(SomePerson.shape).map((name) => [name, payload[nameIn(name)] ?? payload[name]])
  const { success, data, error } = SomePerson.safeParse(Object.fromEntries(given))
  if (success) return data
  for (const { path, message } of error.issues) {
    const [name, ...rest] = path
    context.addIssue({ code: 'custom', message, path: [nameIn(String(name)), ...rest] })
  }
  return z.NEVER
})

const Employment = z.object({ employment: z.enum(namesOf(employments), 'Choose how you make your living').meta(pii) })

const Employer = z.object({
  employer: required('Enter the name of your employer', 'Employer', 120).meta(pii),
  leave: z.enum(namesOf(leaves), 'Choose whether your employer lets you go for two months').meta(pii),
})

const Studies = z.object({
  school: required('Enter the name of your school or university', 'School or university', 120).meta(pii),
  course: optional('Course', 120).meta(pii),
})

const Project = z.object({
  workTitle: required('Enter a title, even if it may change', 'Title', 150).meta(pii),
  genre: z.enum(namesOf(genres), 'Choose what you are writing'),
  summary: requiredLines('Tell us what it is about', 'What it is about', summaryLength).meta(pii),
})

const Published = z.object({ published: yesOrNo('Choose yes if a publisher has brought out a book of yours') })

const Publication = z.object({
  bookTitle: required('Enter the title of the book', 'Title', 150).meta(pii),
  publisher: required('Enter the name of the publisher', 'Publisher', 120).meta(pii),
  year: digits('Enter the year it came out', /^(19|20)\d\d$/, 'like 2019').meta(pii),
})

/** The reference to a document kept outside the session. The server makes `id`, which cannot be guessed. */
export const DocumentRef = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{32}$/),
  name: z.string().min(1).max(200).meta(pii),
  size: z.int().positive(),
  type: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
})
export type DocumentRef = z.infer<typeof DocumentRef>

const Sample = z.object({ document: z.object(DocumentRef.shape, 'Choose the file with your writing sample') })
const Enrolment = z.object({ document: z.object(DocumentRef.shape, 'Choose the file that shows your enrolment') })

/** Every question with one answer, by the id of its step. */
export const questions = {
  name: Name,
  contact: Contact,
  address: Address,
  company: Company,
  employment: Employment,
  employer: Employer,
  studies: Studies,
  project: Project,
  published: Published,
  publication: Publication,
  sample: Sample,
  enrolment: Enrolment,
}
export type Question = keyof typeof questions

export const applicationEvents = {
  'name.submitted': Name,
  'contact.submitted': Contact,
  'address.submitted': Address,
  'company.submitted': Company,
  'person.submitted': PersonGiven,
  'person.removed': z.object({ person: Person.shape.person }),
  'people.submitted': z.object({ another: yesOrNo('Choose yes if anyone else would come') }),
  'employment.submitted': Employment,
  'employer.submitted': Employer,
  'studies.submitted': Studies,
  'project.submitted': Project,
  'published.submitted': Published,
  'publication.submitted': Publication,
  'sample.submitted': Sample,
  'enrolment.submitted': Enrolment,
  'application.submitted': z.object({}),
  'application.retried': z.object({}),
}

/** The events a person may send. */
export type ApplicationEvent = EventsOf<typeof applicationEvents>
