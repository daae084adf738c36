package main

// What `hotline help COMMAND` says beyond the first sentence. Words for organizers, who are not engineers.
const (
	devHelp = `
It needs Go and a Postgres that it finds, or fetches with npm and says so. It makes what it needs in its data folder, loads a demo,
and prints what to do next. Ctrl-C stops everything it started; the next run picks up where you left.

DATABASE_URL and REDIS_URL are used where they are set, and so are TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and HOTLINE_PUBLIC_URL.
TWILIO_API_URL puts another carrier in place of the pretend phone company. HOTLINE_FLOWS names a folder of flows to lie over those
inside this program; kill -HUP loads it again.

dev is for pretend numbers (212-555-0100 to 0199): its keys lie unsealed beside its database. For real ones there is
` + "`hotline serve`."

	talkHelp = `
Type a text and press Enter; what the phone receives is printed, with the number of segments it costs. With --call the phone calls:
what the caller hears is printed, and you type what they do:

  1, 42, *, #              keys
  silence                  nothing, until the line goes on (an empty line does the same)
  record WORDS /12         speak into a recording for 12 seconds; then # (or another key), or hangup, may follow
  say WORDS                speak to a person at the other end
  hangup                   hang up

Calls that come in ring: answer or reject them. It works in a pipe too:  printf 'REPORT\nthe lift is broken\n' | hotline talk

With a FILE (a flow, .yaml; or the name of one in force) there is no hotline: the flow begins at once, and where it asks
for something to be done you say what comes of it, or --outcomes takes it from a transcript. Besides what a worker does, type:

  facts                    what is known, and "facts ballots.open=1" to change it
  lang es                  the phone speaks another language from here on
  wait 3d                  by text: nothing is sent for so long (90m, 36h)
  taken, missed            on a call that is handed over: somebody's phone was taken, or not
  [photo] look             or another input as it stands in a transcript: [idle] 1, [blank], [text] wait 3d

What comes of an effect is a number of the list or its name; then each value is asked for: Enter takes the one in brackets, - none.
In one line:  found meeting=m1 place="12 Elm St"

  hotline talk my.yaml --lang es --fact line.name="The 0123 Line" --save my.talk`

	serveHelp = `
Everything comes from the environment:

  HOTLINE_PUBLIC_URL             where the carrier reaches this program: https://hotline.example.org
  DATABASE_URL                   Postgres 15 or newer; ?pool_max_conns=16 says how many connections turns may take, and 16 is
                                 what they get where it does not; commands and jobs may take as many again
  REDIS_URL                      Redis 7 or newer
  TWILIO_ACCOUNT_SID             the account at the carrier
  TWILIO_AUTH_TOKEN              its auth token; while rotating two, with a comma: the first sends, both verify
  TWILIO_API_URL                 another carrier that speaks like Twilio (not needed for Twilio)
  HOTLINE_KEYS                   the key file
  HOTLINE_KEYS_PASSPHRASE_FILE   a file that holds its passphrase; not needed where it has none
  HOTLINE_FLOWS                  a folder of flows that lie over those inside this program (see below)
  HOTLINE_LISTEN                 address for the carrier, behind what terminates TLS (:8080)
  HOTLINE_CONSOLE_LISTEN         address for /metrics, never open to the world (127.0.0.1:8081)

Before the first start:  hotline keys new, hotline migrate, hotline assembly add, hotline organizer add, hotline line add.
Then:  hotline check  says what has to be set at the carrier. SIGTERM or Ctrl-C lets turns under way finish.

Flows: a .yaml or .talk of HOTLINE_FLOWS replaces the one of the same name inside this program, and others are added. SIGHUP loads
the folder again: where anything is wrong the flows that run stay in force, and the log says what and where. A conversation finishes
on the flows it began with, across restarts too; serve refuses to start while one could not, and says for how long.`

	migrateHelp = `
It acts on DATABASE_URL. Running it again does nothing, and several may run at once.`

	keysHelp = `
The key file opens every number, name, report and vote in the database. It is made once, is never overwritten, and must lie
where the database does not. A passphrase seals it: it is asked for, or read from HOTLINE_KEYS_PASSPHRASE_FILE.`

	checkHelp = `
Without files it checks the flows in force: those inside this program, with those of HOTLINE_FLOWS over them. Files, or a folder,
are laid over those first: .yaml is a flow, .talk a transcript that is played; with a flow comes the transcript of the same name
beside it. Where the environment holds a configuration it is checked too, down to the talks under way that this program could not
finish, and to what is set at the carrier for each line. It ends with exit code 1 where something is wrong, and where something
should be looked at: a warning is mended, or allowed in the flow, as in  allow: {channels: "only a call makes recordings"}.

--update rewrites, in the transcripts given, the answers that come differently now: look at what changed before you keep it. What
comes of an effect it cannot know, so that stays yours to write. --coverage tells which steps, and which ways on from them (choices,
outcomes, conditions, giving up), no transcript visits.

JSON (--json): findings (file, line, column, rule, severity, message; of a transcript the diff), allowed (the same, with the
reason), wrong, right.`

	flowDrawHelp = `
  hotline flow draw rsvp.yaml                       rsvp.svg beside it
  hotline flow draw rsvp                            the flow in force of that name: rsvp.svg in this folder
  hotline flow draw rsvp.yaml | rsvg-convert >r.png in a pipe the picture is the output
  hotline flow draw rsvp.yaml --mermaid             a chart for pages that draw Mermaid; always the output

The picture is an SVG: a browser shows and prints it. FILE is laid over the flows in force, as check does, and is drawn
when it is wrong too: steps that nothing leads to, or from which nothing leads to an end, and ways to what does not exist stand in
red with a word why.`

	flowSchemaHelp = `
It lets an editor complete, explain and check a flow while it is being written. With the YAML extension of most editors:

  hotline flow schema >flow.schema.json
  hotline flow schema --words >words.schema.json

and as the first line of a flow   # yaml-language-server: $schema=flow.schema.json
(of words.yaml                    # yaml-language-server: $schema=words.schema.json)

It knows the effects and facts of this program, and the languages and flows in force. What only the whole flow shows,
` + "`hotline check`" + ` tells. The schema is of draft-07, which such editors know best.`

	flowTranslatedHelp = `
` + "`hotline check` calls a translation stale when the words beside it in the first language have changed since it was made, and it has" + `
not. What each was made from stands in the file translations.lock beside the flows; where there is no such file, nothing is stale.
This command writes it: for the given files, or for all flows of a folder (left out: that of HOTLINE_FLOWS, or this one). Run it
when a translation is new, or when it still holds although its source has changed.`

	flowCostHelp = `
FILE is laid over the flows inside this program, as for ` + "`hotline check`" + `. For each step that waits for somebody, and each end:
by text the fewest and the most segments and letters of one answer, in each language, and the way on which it takes most; by voice
the seconds until then. Below stands, for each end, what the shortest talk to it costs the worker: texts sent, segments received.

JSON (--json): flow, turns (step, ends, channel, language, quiet, least, most, letters, alphabet, seconds, path), totals (step,
ends, language, sent, received, path).`

	loadHelp = `
The texts are signed with TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN for HOTLINE_PUBLIC_URL, or as the running dev wants it. They come
from many pretend phones and go through a script again and again. With --rate so many are sent a second whatever comes back, and
each one's time counts from when it should have been sent; with --workers each worker waits for its answer.

Do not aim it at a hotline that people use: what it sends is recorded.

JSON (--json): script, phones, seconds, sent, turns_per_second, p50_ms, p90_ms, p99_ms, max_ms, errors, statuses (by HTTP status).`

	// onRecordsHelp is for every command on records; what stands in JSON follows it.
	onRecordsHelp = `

It acts on DATABASE_URL with the keys of HOTLINE_KEYS or, where these are not set, on the running dev. What changes something is
written into the journal, under the name of the organizer who did it.

JSON (--json): lists are arrays; times are RFC 3339; words in several languages are objects by language. The keys do not change.`

	reportHelp = `
What should have been read by now stands first. A report is in the list once nothing more of it is to come: when its worker says
so, or has been quiet for ten minutes. What is about somebody in the group is shown to nobody but the two it goes to (report
recipients), with --as. Who sent a report stands nowhere, unless they said that their name may be used.` + reportKeys

	reportKeys = onRecordsHelp + `
  number, state (new, read, closed), channel (text, voice), language, filed_at, read_by (promised to the worker), read_at, overdue,
  parts, kind, workplace, assigned, answers (how many), asks_close, cannot_text (why: hidden, stopped, not asked), blocked, care_of;
  in report show also words: [at, words], media: [kind, state, type, seconds, at], told (the answers: [at, by, language, words,
  sent, heard_at]), notes: [at, by, words], callback: at, other_number, hours, other_person, words; name_allowed, name, standing`

	reportActHelp = `
  hotline report note 4821 "Ana knows the foreman there"
  hotline report assign 4821 Ana
  hotline report status 4821 --kind safety --workplace "Hall B"
  hotline report status 4821 --state closed

Words are typed, or read from standard input with -, so that they need not stand in a shell's history. assign without a name takes
it back.` + reportKeys

	reportAnswerHelp = `
  hotline report answer 4821 "We spoke with the manager. The water is back; tell us if it is not."

It goes out as a text where the worker asked for that, and else waits until they come back, by STATUS or by calling. A text that
we start holds no word that tells what this is about: such an answer is refused, unless it --waits. A phone that others look at
learns only that something is waiting. An answer has at most 200 letters.` + reportKeys

	reportBlockHelp = `
What it sends is kept, and stays out of the list and the trends; report list --blocked shows it. Whoever holds the phone is told
so when they report, and until when, since nobody may be promised what will not happen. They can still reach people on duty.` + reportKeys

	recipientsHelp = `
  hotline report recipients --assembly "Night shift"
  hotline report recipients Rosa Tom --assembly "Night shift" --as Rosa

A worker can say that what they tell is about somebody in the group. Then its organizers do not see it, in no list, count or
journal; two organizers of an assembly above it do, whom somebody of that assembly named here:
  hotline report list --about --assembly "Night shift" --as Rosa` + onRecordsHelp + `
  assembly, recipients`

	trendsHelp = `
Whole weeks, the first ones first. A count below five could tell who it was: such weeks, kinds and workplaces are put together
with others, so that nothing below five is shown or can be found by subtracting. Sort reports with report status.` +
		onRecordsHelp + `
  from, to (the Monday after), reports, kinds, workplaces (counts by name)`

	revealHelp = `
  hotline member reveal 4821 --why "they asked to be called back"

It shows the number that a report came from, or the one at which its worker asked to be called. No other command shows a number.
The reason is kept with the report, and the journal has who did it and when.` + onRecordsHelp + `
  number, phone, callback_phone`

	meetingHelp = onRecordsHelp + `
  number, starts_at, place, place_for (everyone, members, on the day), yes, no (phones that said so), canceled_at, changed_at`

	meetingAddHelp = `
  hotline meeting add --at "friday 7pm" --place "12 Elm St, side door"
  hotline meeting change 1 --at "2026-11-27 19:30" --place "12 Elm St, side door / es=12 Elm St, puerta de al lado"

Times are those of the assembly's clock; a time that has passed is refused.` + meetingHelp

	ballotHelp = onRecordsHelp + `
  number, question, options, opened_at, opened_by, closes_at, closed_at, closed_by, roll, cast;
  in ballot show also by_proof, refused (by reason; closed are the late ones) and, once it is closed, totals (in the order of the
  options), votes: [name, choice, proof, at]`

	ballotOpenHelp = `
  hotline ballot open --question "en=Shall we ask for heat breaks? / es=¿Pedimos descansos por el calor?" --closes "friday 7pm"
  hotline ballot open --question "en=Meet when? / es=¿Cuándo?" --option "Friday / es=viernes" --option "Saturday / es=sábado"

Who is a member at this moment is on its roll; that, the question and the options cannot be changed. The vote is by name: organizers
see who chose what, and everybody is told so before they choose.` + ballotHelp

	memberHelp = onRecordsHelp + `
  id, name, assembly, standing (listed, member), languages, since, agreed_to_texts, agreed_to_calls`

	organizerHelp = onRecordsHelp + `
  name, since`

	dutyHelp = onRecordsHelp + `
  name, on (now), languages, since, until, hours, off_at`

	dutyOnHelp = `
  hotline duty on Ben --languages en,es --until "saturday 6am"
  hotline duty on Ana --languages es --hours 18:00-23:00

Who is on duty is rung when a caller asks for a person: from the line's own number, so that nobody sees who calls. They hear the
caller's language and what it is about, and press 1 to take it. The number is asked for the first time, and never shown; it can be
given on standard input. It is kept from then on, until --new-number asks for another. Where an assembly has nobody
on duty, those of the assembly above it are rung.` + dutyHelp

	dutyCallsHelp = `
Whoever took a call can say something about it within 12 hours, with NOTE by text or by calling the line.` + onRecordsHelp + `
  at, who, language, taken_at, ended_at, urgent, notes: [at, words, recording]`

	dutyUnblockHelp = `
Whoever took a call can have nobody rung for its caller for a day, by NOTE or by calling the line. This lifts all such blocks of the
assembly at once; no number is shown, so that none can be picked out.` + onRecordsHelp + `
  unblocked (how many)`

	flyerHelp = onRecordsHelp + `
  word, language, line, assembly, joined (0 where fewer than five did), ended`

	assemblyHelp = onRecordsHelp + `
  name, below, zone, since`

	assemblyAddHelp = `
  hotline assembly add "Warehouse" --zone America/New_York
  hotline assembly add "Night shift" --below "Warehouse"` + assemblyHelp

	lineHelp = onRecordsHelp + `
  number, name, assembly, languages, texts (on, pending)`

	lineAddHelp = `
  hotline line add +12125550123 --name "The 0123 Line" --languages en,es --texts pending

Texts stay pending until the carriers have registered the number: they are heard and kept, and calls work at once. Then:
  hotline line change +12125550123 --texts on` + lineHelp

	importHelp = `
The file is a table saved as "CSV UTF-8", with a first line that names its columns, in any order:

  name        as the person wants to be called
  phone       as people dial it there, or with + and the country's code; two people may share one
  language    en, es, quc ...; empty: they will be asked
  workplace   as you call it
  standing    member (if empty: you vouch for them by importing), or listed
  agreed_how  how they agreed to hear from us: sign-up sheet, May 1
  agreed_on   when: 2026-05-01
  agreed_to   what to: texts, calls or both

Who did not agree is imported and will not be contacted. Where any row is bad nobody is imported, and every bad row is listed.
Importing the list again brings people up to date and says what changed; nobody is removed by it.` + onRecordsHelp + `
  added, changed: [line, name, what, not_to_be_contacted], unchanged, shared: [line, name, with],
  bad: [line, reason]`

	vouchHelp = `
One organizer, or two members (--by, one after the other), make a listed person a member: they are on the roll of ballots opened
from now on, and hear the place of meetings that is told to members only.` + onRecordsHelp + `
  name, came (member, one_more, already)`
)
