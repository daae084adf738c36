package main

// The pages of help about what we send: notices, consent, and what became of it.
const (
	outgoingHelp = `
  hotline outgoing list
  hotline outgoing settle 3f2a91c0 --not-sent --as Ana

Where an answer of the phone company is lost, nobody knows whether a text went out. Such a text is looked for in the phone company's
list, and never sent again blindly: a notice without a code is sent once more when there is no trace of it after 15 minutes, and
--repeated lists those. What cannot be known is left for you to settle. Look in the phone company's console, by the time that stands
here; the journal keeps who settled it. Words and numbers are not shown. What the phone company tells later still counts.

--kept-back lists what was not sent because of where its phone is, or what its number costs.` + onRecordsHelp + `
  id, line, channel, purpose, state, at (handed to the phone company), expires_at, repeated_at, for_a_person (why: several,
  no trace, repeated, too late, too old, call; empty: it is being looked for, or needs nobody)`

	consentShowHelp = `
  hotline consent show --why "the carrier asks about a complaint" --as Ana     asks for the number
  hotline consent show --member Rosa --why "she says that she never agreed"

Leave the number out and it is asked for, or read from what is piped in: on the command line it would stay in the shell's history.
Each row is something that somebody said or did: when, on which line, for which purpose (notices, alerts, answers; all is the switch
that STOP and START turn), by text or call, how, and in which words. Rows are only added. Below stands what may be sent now, and the
row that decides. Nothing that we start is sent without asking it at the last moment. No number is printed. Of a number that was
forgotten after a stop, or that an organizer entered, only a keyed digest is left, and what it stands for.
The reason is kept with the phone, and the journal has who did it and when.` + onRecordsHelp + `
  phones: [rows: [row, at, on, line, purpose, channel, given, how, words], now: [line, purpose, channel, allowed, row],
  shown: [at, by, why]], kept: [since, line, purpose, channel]`

	consentStopHelp = `
  hotline consent stop --how "in person" --words "no more texts please" --as Ana     asks for the number
  hotline consent stop --member Rosa --how "by e-mail" --on 2026-11-20
  hotline consent stop --report 4821 --how "in the report"        the phone that it came from, which nobody is shown

Whoever says in any reasonable way that they want no more is heard: in the United States within ten business days. It counts at
once, on every line, for notices, alerts and answers, by text and by call; --only and --keep-answers say less. What they agree to
afterwards stands: a flyer's word, TEXTS, or START where they had agreed before. Nobody can enter that somebody agrees: they do it
themselves, or sign a sheet (member import). A number that no phone here has is not kept: a keyed digest is.` + onRecordsHelp + `
  entered, phones (how many), channels, purposes`

	broadcastHelp = onRecordsHelp + `
  number, state (draft, approved, sending, paused, done, canceled, kept), why, purpose (notices, alerts), edition, author,
  approved_by, approved_at, starts_at, until, ended_at, words, about (meeting, ballot), to_members (words), because (change,
  cancel, day, hour); of alerts kind (unconfirmed, confirmed, clear, correction), follows, in_advance, wording; by (agreed,
  text, call, both), pin; in preview also languages: [language, phones, segments, coding, because, cost in dollars, opens
  (of a ballot: its options have no room, or may not be shown, and "Vote" stands there)]; calls:
  [language, phones, seconds and minutes of each, cost if all answer]; left_out: costly, country; in both on_calls: [language, how
  (recorded, coming, lost, voice, instead), in, by, seconds, to_members: how, in, by, seconds]; in show also answers: [asked,
  sent: [answer, phones]],
  and progress: phones, waiting, sent, delivered, failed, unknown, refused, late, canceled (all by text), calls: phones, waiting,
  later, calling, heard, unanswered, failed, unknown, never, late, canceled
  uncounted: true of one to those who have not voted; then ended_at, answers and progress are absent, and in languages and calls
  phones is, in whose place at_most stands, with the cost of that: how many it would be if nobody had voted`

	lineCallsHelp = `
  hotline line calls 2125550123
  hotline line calls 2125550123 --pace 2 --at-once 40 --price 0.013 --as Ana

A line begins 1 call with a notice a second, and has 20 under way at the most; all lines together begin no more a second than
HOTLINE_CALLS_A_SECOND says. Calls for somebody in danger go before. Notices by call count for the line's daily cap, too.` + onRecordsHelp + `
  number, pace (calls a second), price (dollars a minute), at_once`

	broadcastDraftHelp = `
  hotline broadcast draft --as Ana --words "en=The gate on Elm St is open again. / es=La puerta de la calle Elm ya abre."
  hotline broadcast draft --as Ana --words "…" --members --languages es --at "friday 9am" --until "friday 7pm"
  hotline broadcast draft --as Ana --words "…" --meeting 3 --answer "not no" --tells-place
  hotline broadcast draft --as Ana --words "…" --by call --pin
  hotline broadcast draft --as Ana --about-meeting 3
  hotline broadcast draft --as Ana --about-ballot 2 --words "en=Please vote by Friday. / es=Por favor vote antes del viernes."
  hotline broadcast preview 3 --as Ana --test                             the very text, to your own phone
  hotline broadcast preview 3 --as Ana --test --call --language ht        your own phone rings, as for whoever speaks that

A notice about a meeting asks who comes, each phone by two digits of its own ("41 I am coming"). Words left out are made of the
meeting: day, time, and the place as far as people are told it. Its approval covers its reminders and word of a change. One about a
ballot prints its question and options below your words ("41 Yes"), and says who sees name and choice. What is chosen so is read
back, and counts only by two digits of that. Where the options have no room, or a phone is quiet or shared, "41 Vote" opens it.
The digits of a test by text answer nothing: they are free on your phone, until a notice has asked you something by them.

It goes to those who agreed to notices and have not taken it back, once to each phone: by text, or by call where they agreed to
calls alone; --by both reaches whoever agreed to both by either. On a call nothing is said before a key but the line's name and
that there is a message; 2 is never to be called again; a phone that was not reached is tried at up to three different hours.
Who has several phones gets it on the one used last. Each part that you say narrows that. Phones of countries that the line does
not reach, or whose numbers cost extra, are left out. A text holds no word that tells what this is about, and at most two
segments. Nobody gets it until another organizer approves it from their own phone; any change asks for that again.

With --not-voted it goes to those of a ballot's roll who have not voted when it begins. Two numbers of them, one from before and one
from after, would tell who voted in between; so nobody is told how many get it or what it cost, nor does anything count what came
of it: it is under way, or done. Cost and time are told as if nobody had voted. It pauses where fewer than ten are left. As long as
it is under way, and for a day after, what its line has spent is not told either. Ballot show tells how many of the whole roll have
voted while it is open, and whoever watches a slow line can tell from when it is done how many about there were.` + broadcastHelp

	broadcastRecordHelp = `
  hotline broadcast record 3 --language ht --as Ana

Some languages no voice reads. Whoever is told a notice by call hears it in another, which preview shows, unless somebody says it in
theirs. This prints eight digits: whoever calls the line, presses # twice at any question and keys them hears what to say, says it
after the tone, hears themselves, and keeps it (1), says it again (2) or leaves it (3). What members are told besides is said apart.
A language that a voice reads can be recorded too, and is then played on calls; a text stays as it is written.

A recording belongs to the words: any broadcast change deletes it. Recording is a change itself: who was asked to approve is asked
again, and it is an organizer who neither wrote nor recorded. By call they hear the recording; by text they are told in which
languages there is one. Nobody can be asked before it has come from the phone company, nor where it was lost on that way (show says
so) until it is recorded again or dropped (broadcast change). It is kept sealed, erased there, and erased here with the clock of
turns after the notice is over. Recorded again, the newest counts.` + onRecordsHelp + `
  language, pin, line`

	broadcastApproveHelp = `
  hotline broadcast approve 3 --as Ana
  hotline broadcast send 3 --as Ana

The other organizers get a text with seven digits. Whoever sends these back from that phone reads the words in each language, to how
many phones they go (to those who have not voted: that they are ten or more), when, and what it costs, and then says yes or no; or
calls the line from that phone, where "what else there is" offers it, and keys the digits. A minute passes before it begins: time
for broadcast cancel.
broadcast send shows how it goes until it is over; to leave it ends nothing.` + broadcastHelp
)
