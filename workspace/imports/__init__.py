"""Lists that coordinators bring: read, compared with what stands here, applied whole or not at all.

| module | what |
|---|---|
| `reading` | a CSV or spreadsheet of a stranger into rows, or a message that says why not |
| `cells` | what a cell means: days, numbers, choices; each both ways |
| `codes` | the codes of schools, repaired when only one school can be meant |
| `lists` | what all kinds share: columns, comparing, saving in bulk with the audit log |
| `participants`, `contacts`, `organisations`, `activities`, `occurrences` | one kind each |
| `steps` | uploading, reading, applying: the life of an `Import` |
"""
