"""Carries a renovation proposal of a residential community through 一征三议两公开.

Where to start: `procedures.py` declares every rule set; `stages/` holds one folder per stage;
`acting.py` is the one seam of every change; `app.py` puts the pages together.

    procedure, procedures   what a procedure is, and which there are (pure)
    calendar                periods and working days (pure)
    acting                  permission, transaction, log entry
    stages/                 opinions proposal consultation party_meeting vote notices implementation
    matters/                the matter, its passages, its plan, its meetings
    places/ people/ roll/   where, who, and the spreadsheets they come from
    accounts/               staff passwords, residents' slips, sessions
    papers/                 forms to fill in, minutes, the dossier's cover and index
    tasks/ messages/        what waits for whom; SMS that staff order
    boards/                 electronic and paper notice boards, and the proof of what hung
    tracing/                every word, promise and yuan followed along the whole chain
    overseeing/             where the matters of a subdistrict or a district stand
    searching/              one box over people, homes, opinions, notices, matters
    documents/ log/         files and PDFs; the append-only record
    web/                    the kit of every page; knows no feature
    walk/ demo/ commands/   a matter carried through by program; sample data; the command line

Inside a feature the file name says what it may import: `rules` is pure; `models` and `facts` read;
`actions` (and other verbs' files) write inside `acting`; `pages` speak HTTP and never write.
"""
