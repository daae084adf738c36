package main

// The pages of help about alerts.
const (
	alertHelp = `
  hotline alert raise --as Ana --words "en=Gas smell in hall B. Stay out. / es=Huele a gas en la nave B. No entren."
  hotline alert confirm 3 --as Ana
  hotline alert draft --as Ana --words "en=… / es=…"
  hotline alert draft --as Ana --wording 2

An alert tells of danger to people. Nobody waits for the morning: it goes at any hour, before notices, also to who is talking
with us. alert raise sends it at once to the phones of those who are on duty now, here and above, beginning with "Not
confirmed:". One organizer does it, and it is journaled. Where nobody is on duty it is refused, and nothing is sent. alert
confirm and alert draft send it to all who chose alerts (they text ALERTS to the line, or a sheet says so: member import). The
other organizers get seven digits at once, and one of them approves it on their own phone; a minute later it goes. alert confirm
repeats the words that were not confirmed, or says others. With --wording, of words that two approved in advance, nobody is
asked any more; the minute to call it back stays (broadcast cancel). What has not gone out after six hours does not go. Who said
stop, or took alerts back, gets none. An alert ends with alert clear; broadcast show, pause, resume and cancel work on it.` + broadcastHelp

	alertAfterHelp = `
  hotline alert correct 3 --as Ana --words "en=It is hall C, not B. / es=Es la nave C, no la B."
  hotline alert clear 3 --as Ana --words "en=The gas is off. / es=El gas ya se ha cortado."

It goes to the very phones that were sent alert 3, or what confirmed it, on the same line, and to nobody else; not to who said
stop or took alerts back since. What still waits of the alert is not sent any more: who was not told of it is not told that it
is over. An alert that went to those on duty alone is corrected and ended by one organizer, at once. One that went to all who
chose alerts needs a second organizer, as it did itself; an all-clear may be a wording that two approved in advance. A
correction may come before the all-clear, and there is one all-clear.` + broadcastHelp

	alertListHelp = `
Those of which nobody has said that they are over stand first. After two hours whoever wrote one gets a text on their own phone,
once; it tells the number and none of the words.` + onRecordsHelp + `
  number and all that broadcast show tells of the first; open, since, told (phones), later: [what followed, in the same form]`

	wordingHelp = `
  hotline wording add --as Ana --words "en=Gas in hall B. Stay out. / es=Gas en la nave B. No entren."
  hotline wording add --as Ana --for clear --words "en=Hall B is safe again. / es=La nave B ya no tiene peligro."
  hotline alert draft --wording 2 --as Ana

Words that two organizers approve on a quiet day, so that one of them need not wait for another when there is danger: the second
reads them on their own phone, by seven digits. They are sent as they are, with nothing left to fill in, by whichever organizer
says so. They hold for a year, and only while both are organizers; any organizer takes them back with wording end.` + onRecordsHelp + `
  number and all that broadcast show tells; holds (one organizer may send it now)`
)
