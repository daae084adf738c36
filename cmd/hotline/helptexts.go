package main

// What `hotline help COMMAND` says beyond the first sentence. Words for organizers, who are not engineers.
const (
	devHelp = `
It needs Go and a Postgres that it finds, or fetches with npm and says so. It makes what it needs in its data folder, loads a demo,
and prints what to do next. Ctrl-C stops everything it started; the next run picks up where you left.

DATABASE_URL and REDIS_URL are used where they are set, and so are TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and HOTLINE_PUBLIC_URL.
TWILIO_API_URL puts another carrier in place of the pretend phone company.

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

Calls that come in ring: answer or reject them. It works in a pipe too:  printf 'REPORT\nthe lift is broken\n' | hotline talk`

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
  HOTLINE_LISTEN                 address for the carrier, behind what terminates TLS (:8080)
  HOTLINE_CONSOLE_LISTEN         address for /metrics, never open to the world (127.0.0.1:8081)

Before the first start:  hotline keys new, hotline migrate, hotline assembly add, hotline organizer add, hotline line add.
Then:  hotline check  says what has to be set at the carrier. SIGTERM or Ctrl-C lets turns under way finish.`

	migrateHelp = `
It acts on DATABASE_URL. Running it again does nothing, and several may run at once.`

	keysHelp = `
The key file opens every number, name, report and vote in the database. It is made once, is never overwritten, and must lie
where the database does not. A passphrase seals it: it is asked for, or read from HOTLINE_KEYS_PASSPHRASE_FILE.`

	checkHelp = `
Without files it checks the flows inside this program. Files, or a folder, are laid over those first: .yaml is a flow, .talk a
transcript that is played. Where the environment holds a configuration it is checked too, down to what is set at the carrier for
each line. It ends with exit code 1 where something is wrong, and where something should be looked at: a warning is mended, or
allowed in the flow with a reason, as in  allow: {channels: "only a call makes recordings"}.

JSON (--json): findings (file, line, column, rule, severity, message), allowed (the same, with the reason), wrong, right.`

	flowTranslatedHelp = `
` + "`hotline check` calls a translation stale when the words beside it in the first language have changed since it was made, and it has" + `
not. What each was made from stands in the file translations.lock beside the flows; where there is no such file, nothing is stale.
This command writes it: for the given files, or for all flows of a folder (left out: this one). Run it when a translation is new,
or when it still holds although its source has changed.`

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

	reportHelp = onRecordsHelp + `
  number, state (new, read, closed), channel (text, voice), language, filed_at, read_by (promised to the worker), parts;
  in report show also words: [at, words], media: [kind, state, type, seconds, at]`

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
