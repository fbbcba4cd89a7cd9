// Words of questions that name no subject, in the languages of the shop, as `wordsOf` gives them.

const english = `a about again all also an and any are as at be because been but by can could did do does
document else explain for from give had has have how i if in into is it its just know me mean
means more most my no not of on one or other our please really say said says shall should so
some such summarise summarize summary tell than that the their them then there these they this
those to too us was we were what when where which who whom whose why will with would yes you
your`

const german = `aber alle als also am an auch auf aus bei bin bist bitte da damit das dass dein dem den denn
der des die dies diese dieser dieses doch dokument du durch ein eine einem einen einer eines er
erklare erzahl es etwas fur genau hat hast haben ich ihr ihre im in ist ja kann kannst mal man
mehr mein mich mir mit nach nein nicht noch nochmal nun nur ob oder sagt sich sie sind so soll
uber um und uns unter von vom war warum was weil welche welcher welches wem wen wenn wer werden
wie wieso wir wird wo wurde zu zum zur zusammen zusammenfassung`

const arabic = `ما ماذا من متى اين أين كيف لماذا هل هو هي هم هذا هذه ذلك تلك في على عن الى إلى مع او أو و ثم ان
أن إن كان كانت لا لم لن نعم كل بعض اكثر أكثر لي لك له لها قل اشرح لخص ملخص المستند الوثيقة`

/** Without the marks that `wordsOf` leaves out as well. */
const plain = (words: string): string[] =>
  words
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .split(/\s+/)

export const emptyWords: ReadonlySet<string> = new Set([english, german, arabic].flatMap(plain))
