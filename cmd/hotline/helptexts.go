package main

// What `hotline help COMMAND` says beyond the first sentence. Words for organizers, who are not engineers.
const (
	devHelp = `
It needs Go and a Postgres that it finds, or fetches with npm and says so. It makes what it needs in its data folder, loads a demo,
and prints what to do next: first the address of a page of keypad phones, to text and call it with from a browser. Ctrl-C stops
everything it started; the next run picks up where you left.

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
  HOTLINE_CALLS_A_SECOND         calls that the carrier begins a second for the account, from all lines together (1)

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
the seconds until then. Below stands, for each end, what the shortest talk to it costs the worker: texts sent, segments received;
where the digits of a notice choose from a list, also from there on.

JSON (--json): flow, turns (step, ends, channel, language, quiet, least, most, letters, alphabet, seconds, path), totals (step,
notice (begun by the digits of a notice, which itself is not counted), ends, language, sent, received, path).`

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
recipients), with --as. Who sent a report stands nowhere, unless they said that their name may be used. Whoever sent ORGANIZE
wants a person to talk to, to start something where they work: --person lists those alone. report show says whether they want a
text, a call (report call makes it), or to ask again themselves.` + reportKeys

	reportKeys = onRecordsHelp + `
  number, state (new, read, closed), channel (text, voice), language, filed_at, read_by (promised to the worker), read_at, overdue,
  danger (somebody said that they are in danger), parts, kind, workplace, assigned, answers (how many), wants_person, asks_close,
  cannot_text (why: hidden, stopped, not asked), blocked, care_of; in report show also words: [at, words], media: [kind, state,
  type, seconds, at], told (the answers: [at, by, language, words, sent, heard_at]), notes: [at, by, words], callback: at,
  other_number, hours, other_person, words; called: [at, by, state: calling, not rung, not answered, reached or never again];
  replies_to (the number of an earlier report, to whose answer this one replies); came_late (when the phone company had it, which
   was not heard then); name_allowed, name, standing`

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
we start holds no word that tells what this is about, nor an assembly's name: such an answer is refused, unless it --waits. A phone
that others look at learns only that something is waiting. An answer has at most 200 letters, and about 90 in Chinese characters
or to who reads them (50 where its worker reads another language): whoever comes back by text gets it in two segments at most.` + reportKeys

	reportCallHelp = `
  hotline report call 4821 --as Rosa

Your phone rings from the line; press 1, and the worker's rings. Both see the line's number alone. Whoever answers there hears the
line's name and that there is a message for the person who asked for it; 1 connects them to you, 2 lets no call come any more. A
machine hears no more than that. Have at hand what they want said where another person answers: report show has it.

Who did not ask to be called back is not called, nor is a phone that is blocked, was forgotten, or wants no calls. The hours are the
worker's, by the assembly's clock: morning 8 to 12, afternoon 12 to 6, evening 6 to 9, any time 8 to 9 pm. Outside them the command
says when it may be tried. Nothing tries by itself again.

Your phone is that of the member you are (organizer add --member); where none or several are known, or with --new-number, it asks
for the number. Look twice: whoever answers there is connected to the worker.` + reportKeys

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
  number, starts_at, place, place_for (everyone, members, on the day), quorum (12, 25%, none), coming (people), yes, no (phones that
  said so), needs: others, rides, child_care (phones), children, interpreters, something_else; canceled_at, changed_at;
  in meeting show also notes: [at, need, words, recording] and present: all, members, on_paper, needed, reached_at`

	meetingShowHelp = `
Whoever answers may ask for a ride, child care, an interpreter or something else, and say how many come with them. It stands here
in numbers, down to one, since somebody has to act on it; their own words stand below. Who they are does not: nobody who answers is
asked for a name, and no number is shown. Answer them at the meeting, or name a place and an hour for rides in its notice.

Who is there is counted by the code at the door (meeting door) and by hand (meeting present). The quorum counts members only.` + meetingHelp

	meetingDoorHelp = `
  hotline meeting door 1                          the code to write at the door; the same each time, until --new makes another
  hotline meeting present 1 --count 3 --as Ana    three people without a phone at hand, in all that Ana has counted so far
  hotline meeting present 1 --member Rosa         a member without a phone at hand

Whoever comes texts the code, or calls and keys it. It counts from two hours before the meeting begins to six hours after, each
phone once: a member with two phones is one, and a phone that several members share is asked how many of them are there. Five wrong
codes from a phone in an hour, and none of that phone's are looked at any more. A withheld number cannot be counted by phone.

JSON (--json): number, code, from, until; of meeting present all, members, on_paper, needed, reached_at.`

	meetingAddHelp = `
  hotline meeting add --at "friday 7pm" --place "12 Elm St, side door"
  hotline meeting change 1 --at "2026-11-27 19:30" --place "12 Elm St, side door / es=12 Elm St, puerta de al lado"

Times are those of the assembly's clock; a time that has passed is refused. Who is answering while a meeting is moved hears the new
time or place before their answer counts. A share of the members (--quorum 25%) is of those there are when the first person comes
in, rounded up. Whoever was sent an approved notice of it and did not say no is told of a change by text, a minute later, and so of
a cancellation: broadcast cancel calls that back. Where no notice was approved nothing goes out.` + meetingHelp

	ballotHelp = `
What ballot show tells is the record for whoever doubts the result: how many were on the roll when it was opened, who opened and
closed it and when, how many votes were proved by what (text, call, PIN, organizer), how often one was changed by its voter,
and how often somebody was turned away, and why; the late ones came after the close (when a carrier took a text in, it does not
tell us). --roll names who is on the roll. While a ballot is open no total can be had, nor who has voted.` + onRecordsHelp + `
  number, question, options, opened_at, opened_by, closes_at, closed_at, closed_by, roll, cast;
  in ballot show also missed (texts of voters that came while the hotline was away: received, played, asked_again), by_proof
  (phone, pin, code, organizer), changed, late, refused (by reason: already, closed, locked,
  not_on_roll, shared, unheard, wrong_pin; closed are the late ones) and, once it is closed, totals (in the order of the options),
  votes: [name, choice, proof, changed, at]; with --roll: number, opened_at, roll (names)`

	ballotTakeHelp = `
  hotline ballot take 3 "Rosa Diaz" --choice 1

For somebody on the roll who stands before you: who has no phone of their own, shares one without a PIN, or whose phone was silent
for 90 days. It counts at once, and only where they have not voted. They may change it themselves, by phone, until the ballot
closes; no organizer can. The record counts it apart, and the journal says who took it.` + onRecordsHelp + `
  ballot, name, choice`

	pinHelp = `
It prints six digits, once, for you to copy on paper and hand over. Whoever keys them on a call votes on a phone that several people
use, or that was silent for 90 days. A PIN that they had ends, and a locked one (five wrong tries in a row) is open again. No two
people who share a phone are given the same. A member who shares no phone can also choose their own, on a call from that phone.` + onRecordsHelp + `
  name, pin`

	ballotOpenHelp = `
  hotline ballot open --question "en=Shall we ask for heat breaks? / es=¿Pedimos descansos por el calor?" --closes "friday 7pm"
  hotline ballot open --question "en=Meet when? / es=¿Cuándo?" --option "Friday / es=viernes" --option "Saturday / es=sábado"

Who is a member at this moment is on its roll; that, the question and the options cannot be changed. The vote is by name: organizers
see who chose what, and everybody is told so before they choose.` + ballotHelp

	offerHelp = onRecordsHelp + `
  number, side (offer, need), kind (things, rides, food, childcare), state (new, shown, refused, over), channel, language, shown (as
  members see it), reply (why it is refused), filed_at, read_by (promised), expires_at, overdue, reported (talks with abuse);
  in offer show also words (as written), recording: [kind, state, type, seconds, at], messages: [talk, reported_by, by, words, at]`

	offerDecideHelp = `
  hotline offer approve 4 --words "en=A ride from Queens at five, weekdays / es=Transporte desde Queens a las cinco"
  hotline offer refuse 4 --because "en=It sells something. / es=Vende algo."

What a member offers or needs is read by an organizer before others see it: approve shows it to members for 14 days, in these words,
without a name or a number. Whoever answers does so through the line: neither learns the other's number, either can end it, and
what they say is read by nobody else, unless one of them reports abuse. Then offer show has it, and refuse takes the offer away.` + offerHelp

	proposalHelp = onRecordsHelp + `
  number, state (new, shared, due, held, opened, answered, withdrawn), channel, language, shown (as members see it), seconds,
  needed, reply (the answer, or why it is held back), ballot, filed_at, read_by, answer_by (both promised), overdue;
  in proposal show also name (where they chose that), words (as written), recording: [kind, state, type, seconds, at]`

	proposalDecideHelp = `
  hotline proposal share 7 --words "en=Ask for heat breaks / es=Pedir descansos por el calor"
  hotline proposal hold 7 --because "en=It names a person. / es=Nombra a una persona."
  hotline proposal answer 7 --words "en=We asked on Monday; they say by June. / es=Lo pedimos el lunes; dicen que en junio."
  hotline proposal open 7 --ballot 3
  hotline proposal second 7 Ana
  hotline proposal seconds 5

A member's proposal is read by an organizer before others see it: share shows it to members, who may second it, in these words
and without a name. What nobody else has seen can be held back, for a reason: its proposer is told it, members are told how many
are held back, and the journal says who did it. Once enough have seconded it, it is due: within 14 days it leads to a ballot (open)
or is answered in words that every member can read. Its proposer hears of each step with NEWS or by calling and, if they allowed
it, gets a text that there is news. A phone that several members share counts once; second counts those of them who told you so by
name, in place of it.` + proposalHelp

	memberHelp = onRecordsHelp + `
  id, name, assembly, standing (listed, member), languages, since, agreed_to_texts, agreed_to_calls, phones (how many reach them)`

	organizerHelp = onRecordsHelp + `
  name, since`

	dutyHelp = onRecordsHelp + `
  name, on (now), languages, since, until, hours, off_at, by_text_until`

	dutyOnHelp = `
  hotline duty on Ben --languages en,es --until "saturday 6am"
  hotline duty on Ana --languages es --hours 18:00-23:00

Who is on duty is rung when a caller asks for a person, and called when somebody texts DANGER: from the line's own number, so that
nobody sees who it is. They hear the language and what it is about, and press 1 to take it. The number is asked for the first
time, and never shown; it can be given on standard input. It is kept from then on, until --new-number asks for another. Where an
assembly has nobody on duty, those of the assembly above it are rung.

Whoever is on the rota, or is an organizer whose phone is known, goes on duty for 12 hours by texting ON (DE TURNO) to the line,
whatever their hours, and off by OFF (FUERA).` + dutyHelp

	dutyCallsHelp = `
Those who said that they are in danger come first, with who took it, or that nobody did, and the report of what they told us.
Whoever took a call can say something about it within 12 hours, with NOTE by text or by calling the line.` + onRecordsHelp + `
  at, who, language, taken_at, ended_at, urgent, notes: [at, words, recording]; of somebody in danger also danger: channel, called
  (how many they were told are being called), told_at (that nobody answered), report`

	dutyUnblockHelp = `
Whoever took a call can have nobody rung for its caller for a day, by NOTE or by calling the line. This lifts all such blocks of the
assembly at once; no number is shown, so that none can be picked out.` + onRecordsHelp + `
  unblocked (how many)`

	flyerHelp = onRecordsHelp + `
  word, language, line, assembly, joined (0 where fewer than five did), ended`

	assemblyHelp = onRecordsHelp + `
  name, below, zone, since, quiet, hears_above (the assemblies above may write to its people)`

	assemblyAddHelp = `
  hotline assembly add "Warehouse" --zone America/New_York
  hotline assembly add "Night shift" --below "Warehouse"` + assemblyHelp

	promptsHelp = `
  hotline prompts record --language quc --called "K'iche'" --falls-back es,en
  hotline line change +12125550123 --languages es,en,quc
  hotline prompts list --language quc

What the line says on calls is recorded by calling it, in any language: one that no voice reads then exists on calls. Press # twice
at any question, and key the digits: they open one call, within a day. You hear the words piece by piece, in the language that
they are translated from; after the tone you say them in yours, hear them back, and keep them (1), say them again (2) or go on (3).
The next call goes on where this one stopped. Words with a gap, such as the line's name, are recorded in parts around it: names,
numbers and days are then told by the voice of the language that it falls back on. So is all that is not recorded, and all whose
words have changed since, until it is recorded again. A language of recordings alone is offered on calls once its own offer is
recorded, which is the first piece.` + onRecordsHelp + `
  key, state (recorded, fetching, missing, stale), where, in (language), words, own, by, at
  record: language, pin, line · remove: removed`
	assemblyChangeHelp = `
  hotline assembly change "Warehouse" --quiet on
  hotline assembly change "Warehouse" --hears-above off

A phone that others look at says QUIET for itself; this says it for everybody. What organizers wrote (a place, a question) is told
with dots in place of the words that words.yaml calls revealing, and of the names of assemblies: on a call it is told whole.

Whoever joins is told which assemblies above may write to them too. With --hears-above off none may, and none is named; with on,
they may write to those who join from then on.` + assemblyHelp

	retentionHelp = onRecordsHelp + `
  clocks: [clock, days, from (the assembly that set it), about], holds: [assembly, why, by, at]; of release: released (how many)`

	retentionSetHelp = `
  hotline retention set reports 180
  hotline retention set reports default

An assembly's own word counts, else that of the nearest above, else the default. Workers who ask who sees this are told the days.` + retentionHelp

	retentionHoldHelp = `
  hotline retention hold --why "the board's hearing of 4 May; ask Rosa's lawyer"

It holds for the assembly and all below it, and is journaled. FORGET, and whoever erases their own recording, are heard all the
same. The key file cannot be destroyed while one stands.` + retentionHelp

	retentionRunHelp = `
Without --as it is journaled as "setup". It can be broken off at any time, and run again.` + onRecordsHelp + `
  by assembly: how many, by kind of record`

	keysDestroyHelp = `
It asks for the fingerprint of the key file of HOTLINE_KEYS, writes over it and removes it. It refuses while a hold stands
(` + "`hotline retention show`" + `). Copies elsewhere, and hotlines that run, are yours to end.`

	lineHelp = onRecordsHelp + `
  number, name, assembly, languages, texts (on, pending), emergency, pace (segments of notices a second; 0: as fast as it goes),
  price (of a segment, in dollars), daily_cap (dollars that what it starts may cost a day), countries`

	lineAddHelp = `
  hotline line add +12125550123 --name "The 0123 Line" --languages en,es --texts pending

Texts stay pending until the carriers have registered the number: they are heard and kept, and calls work at once. Then:
  hotline line change +12125550123 --texts on

Who is in danger is told to call 911. Where that is another number:
  hotline line change +12125550123 --emergency 112

Notices go out as fast as the carrier takes them from the number: 1 segment a second from a long one, 3 from a toll-free one. What
they cost is reckoned with the price of a segment, and they pause at what the line may spend a day (50 dollars at first):
  hotline line change +12125550123 --pace 3 --price 0.0079 --daily-cap 200

It calls and texts phones in the country of its own number (in the United States with their territories), and none whose
numbers cost extra; whoever writes from elsewhere is answered, and gets no notices until you name the country:
  hotline line change +12125550123 --countries US,MX` + lineHelp

	importHelp = `
The file is a table saved as "CSV UTF-8", with a first line that names its columns, in any order:

  name        as the person wants to be called
  phone       as people dial it there, or with + and the country's code; two people may share one
  language    en, es, quc ...; empty: they will be asked
  workplace   as you call it
  standing    member (if empty: you vouch for them by importing), or listed
  agreed_how  how they agreed to hear from us: sign-up sheet, May 1
  agreed_on   when: 2026-05-01
  agreed_to   what to: texts, calls or both; where they chose alerts too, which come at any hour: texts+alerts

Who did not agree is imported and will not be contacted. Where any row is bad nobody is imported, and every bad row is listed.
Importing the list again brings people up to date and says what changed; nobody is removed by it.` + onRecordsHelp + `
  added, changed: [line, name, what, not_to_be_contacted], unchanged, shared: [line, name, with],
  bad: [line, reason]`

	vouchHelp = `
One organizer, or two members (--by, one after the other), make a listed person a member: they are on the roll of ballots opened
from now on, and hear the place of meetings that is told to members only.` + onRecordsHelp + `
  name, came (member, one_more, already)`
)
