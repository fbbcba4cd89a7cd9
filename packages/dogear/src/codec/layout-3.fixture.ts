// Records as a release that writes layout 3 has stored them, and the same data as JSON.

export const storedInLayout3: readonly { name: string; base64: string; json: string }[] = [
  {
    name: 'with a timer and drafts',
    base64:
      'AdwAFwOoY2hlY2tvdXQBAAPEBqJ3t/vvvqYxLS0yLS3eAAOmc3RhdHVzpmFjdGl2ZaV2YWx1ZadwYXltZW50p2NvbnRleHTeAASk' +
      'bmFtZaxBZGEgTG92ZWxhY2WldG9rZW7Ap3JlY2VpcHTAp2NoYXJnZXMAkd4ABKJpZKlwcmljZUhvbGSqZ2VuZXJhdGlvbgKlZXZl' +
      'bnTeAAGkdHlwZaxob2xkLmV4cGlyZWSlZHVlQXTLQnm3bpVdAACQ3gAAxwp0AUjFcFAmxJ/0BJSoc2hpcHBpbmencGF5bWVudLJz' +
      'aGlwcGluZy5zdWJtaXR0ZWSiZDHHA3QBAAHHCHQBCwADAZC5B94AAadwYXltZW503gACoJTeAACQkMCxcGF5bWVudC5zdWJtaXR0' +
      'ZWSU3gABpXRva2Vuo3Rva5CQxwJ0AQGRlaJkMcQGc2VjcmV0sEZpcmVmb3ggb24gTGludXgAAJDAy0J5t22qvoAAzfIwzpp/ujCQ',
    json:
      '{"format":3,"flow":"checkout","version":1,"epoch":0,"revision":3,"mark":"one3----","lineage":"1--2--' +
      '","snapshot":{"status":"active","value":"payment","context":{"name":"Ada Lovelace","token":null,"rec' +
      'eipt":null,"charges":0}},"timers":[{"id":"priceHold","generation":2,"event":{"type":"hold.expired"},' +
      '"dueAt":1767226562000}],"effects":[],"entries":{},"receipts":[{"op":312550117414,"body":12886004,"po' +
      'sition":{"epoch":0,"revision":2}}],"visited":["shipping","payment"],"drafts":{"payment":{"values":{}' +
      ',"issues":[],"forms":{"payment.submitted":{"values":{"token":"tok"},"issues":[],"at":{"token":176722' +
      '5663000}}}}},"devices":[{"id":"d1","secretHash":"c2VjcmV0","label":"Firefox on Linux","createdAt":17' +
      '67225601000,"seenAt":1767225663000}],"ended":[],"handoffs":[],"owner":null,"trail":[{"event":"shippi' +
      'ng.submitted","from":"shipping","to":"payment","device":"d1","at":1767225662000}],"createdAt":176722' +
      '5601000,"updatedAt":1767225663000,"expiresAt":1769817663000}',
  },
  {
    name: 'with an effect, another device and an owner',
    base64:
      'AdwAFwOoY2hlY2tvdXQBAAfEBqJ3u/vvvrIxLS0yLS0zLS00LS01LS02LS3eAAOmc3RhdHVzpmFjdGl2ZaV2YWx1ZaZwYXlpbmen' +
      'Y29udGV4dN4ABKRuYW1lrEFkYSBMb3ZlbGFjZaV0b2tlbqZ0b2tfb2uncmVjZWlwdMCnY2hhcmdlcwGQkd4AB6JpZKpjaGFyZ2VD' +
      'YXJkqmdlbmVyYXRpb24Bo3NyY6pjaGFyZ2VDYXJkpWlucHV03gABpXRva2VupnRva19va6dhdHRlbXB0AahlZmZlY3RJZLZzZXNz' +
      'aW9uLTEuY2hhcmdlQ2FyZC4xqmxlYXNlVW50aWzLQnm3bddsAADeAAGqY2hhcmdlQ2FyZAHHHHQBta0wBXu2WPsAZ9tAz8j5TNEE' +
      'SMVwUCbEn/QQm6hzaGlwcGluZ6dwYXltZW50pnJldmlld6ZwYXlpbmeyc2hpcHBpbmcuc3VibWl0dGVkomQxrmhhbmRvZmYgaXNz' +
      'dWVksGhhbmRvZmYgcmVkZWVtZWSiZDWxcGF5bWVudC5zdWJtaXR0ZWSsb3JkZXIucGxhY2VkxwV0AQABAgPHG3QBEwAFAZC5BxgB' +
      'uBcdCAHoByQC4NQDKAPg1APeAACRlqJkNcQPc2VjcmV0IG9mIFBob25lpVBob25lzfYYAAGQk6NhZGGqYeKAouKAouKAosQDd2F5' +
      'y0J5t22qvoAAzgAB4HjOmoCoeJGXomQxxAZzZWNyZXSwRmlyZWZveCBvbiBMaW51eAClUGhvbmXN9hgC',
    json:
      '{"format":3,"flow":"checkout","version":1,"epoch":0,"revision":7,"mark":"one7----","lineage":"1--2--' +
      '3--4--5--6--","snapshot":{"status":"active","value":"paying","context":{"name":"Ada Lovelace","token' +
      '":"tok_ok","receipt":null,"charges":1}},"timers":[],"effects":[{"id":"chargeCard","generation":1,"sr' +
      'c":"chargeCard","input":{"token":"tok_ok"},"attempt":1,"effectId":"session-1.chargeCard.1","leaseUnt' +
      'il":1767225784000}],"entries":{"chargeCard":1},"receipts":[{"op":312550117414,"body":12886004,"posit' +
      'ion":{"epoch":0,"revision":2}},{"op":446060089288,"body":16338129,"position":{"epoch":0,"revision":6' +
      '}},{"op":780294686075,"body":11950331,"position":{"epoch":0,"revision":7}}],"visited":["shipping","p' +
      'ayment","review","paying"],"drafts":{},"devices":[{"id":"d5","secretHash":"c2VjcmV0IG9mIFBob25l","la' +
      'bel":"Phone","createdAt":1767225664000,"seenAt":1767225724000,"owned":true}],"ended":[{"id":"d1","se' +
      'cretHash":"c2VjcmV0","label":"Firefox on Linux","why":"moved","to":"Phone","at":1767225664000,"revis' +
      'ion":5}],"handoffs":[],"owner":{"id":"ada","label":"a•••","sealedSelector":"d2F5"},"trail":[{"event"' +
      ':"shipping.submitted","from":"shipping","to":"payment","device":"d1","at":1767225662000},{"event":"h' +
      'andoff issued","from":"payment","to":"payment","device":"d1","at":1767225663500},{"event":"handoff r' +
      'edeemed","from":"payment","to":"payment","device":"d5","at":1767225664000},{"event":"payment.submitt' +
      'ed","from":"payment","to":"review","device":"d5","at":1767225694000},{"event":"order.placed","from":' +
      '"review","to":"paying","device":"d5","at":1767225724000}],"createdAt":1767225601000,"updatedAt":1767' +
      '225724000,"expiresAt":1769817724000}',
  },
  {
    name: 'at its end',
    base64:
      'AdwAFwOoY2hlY2tvdXQBAAjEBqJ3vPvvvrUxLS0yLS0zLS00LS01LS02LS03LS3eAAOmc3RhdHVzpGRvbmWldmFsdWWpY29uZmly' +
      'bWVkp2NvbnRleHTeAASkbmFtZaxBZGEgTG92ZWxhY2WldG9rZW6mdG9rX29rp3JlY2VpcHSpcmVjZWlwdCAxp2NoYXJnZXMBkJDe' +
      'AAGqY2hhcmdlQ2FyZAHHHHQBta0wBXu2WPsEZ9tAz8j5TNEESMVwUCbEn/QQnqhzaGlwcGluZ6dwYXltZW50pnJldmlld6ZwYXlp' +
      'bmepY29uZmlybWVksnNoaXBwaW5nLnN1Ym1pdHRlZKJkMa5oYW5kb2ZmIGlzc3VlZLBoYW5kb2ZmIHJlZGVlbWVkomQ1sXBheW1l' +
      'bnQuc3VibWl0dGVkrG9yZGVyLnBsYWNlZK9kb25lIGNoYXJnZUNhcmSgxwZ0AQABAgMExyB0ARcABgGQuQccAbgXIQkB6AcoAuDU' +
      'AywD4NQDMQ0E+AreAACRlqJkNcQPc2VjcmV0IG9mIFBob25lpVBob25lzfYYzQK8AZCTo2FkYaph4oCi4oCi4oCixAN3YXnLQnm3' +
      'baq+gADOAAHjNM6agKh4kZeiZDHEBnNlY3JldLBGaXJlZm94IG9uIExpbnV4AKVQaG9uZc32GAM=',
    json:
      '{"format":3,"flow":"checkout","version":1,"epoch":0,"revision":8,"mark":"one8----","lineage":"1--2--' +
      '3--4--5--6--7--","snapshot":{"status":"done","value":"confirmed","context":{"name":"Ada Lovelace","t' +
      'oken":"tok_ok","receipt":"receipt 1","charges":1}},"timers":[],"effects":[],"entries":{"chargeCard":' +
      '1},"receipts":[{"op":312550117414,"body":12886004,"position":{"epoch":0,"revision":2}},{"op":4460600' +
      '89288,"body":16338129,"position":{"epoch":0,"revision":6}},{"op":780294686075,"body":11950331,"posit' +
      'ion":{"epoch":0,"revision":7}}],"visited":["shipping","payment","review","paying","confirmed"],"draf' +
      'ts":{},"devices":[{"id":"d5","secretHash":"c2VjcmV0IG9mIFBob25l","label":"Phone","createdAt":1767225' +
      '664000,"seenAt":1767225724000,"owned":true}],"ended":[{"id":"d1","secretHash":"c2VjcmV0","label":"Fi' +
      'refox on Linux","why":"moved","to":"Phone","at":1767225664000,"revision":5}],"handoffs":[],"owner":{' +
      '"id":"ada","label":"a•••","sealedSelector":"d2F5"},"trail":[{"event":"shipping.submitted","from":"sh' +
      'ipping","to":"payment","device":"d1","at":1767225662000},{"event":"handoff issued","from":"payment",' +
      '"to":"payment","device":"d1","at":1767225663500},{"event":"handoff redeemed","from":"payment","to":"' +
      'payment","device":"d5","at":1767225664000},{"event":"payment.submitted","from":"payment","to":"revie' +
      'w","device":"d5","at":1767225694000},{"event":"order.placed","from":"review","to":"paying","device":' +
      '"d5","at":1767225724000},{"event":"done chargeCard","from":"paying","to":"confirmed","device":"","at' +
      '":1767225724700}],"createdAt":1767225601000,"updatedAt":1767225724700,"expiresAt":1769817724000}',
  },
]
