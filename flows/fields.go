package flows

import "slices"

// Every field of the language stands in the tables below, once: the loader takes from them which names it knows, and Schema what
// editors offer, check and explain. A new field is a line here; a new verb or question is a table, with its line in stepKinds or
// questionKinds; what kinds of value there are stands in schema_values.go.

// fieldOf is one field that some part of a file may have.
type fieldOf struct {
	name  string
	holds string   // the kind of its value, a name of valueKinds
	about string   // what it does, for who writes it
	with  []string // of an ask: the questions that it goes with; none: all
}

type fields []fieldOf

func (f fields) names() []string {
	all := make([]string, len(f))
	for i, one := range f {
		all[i] = one.name
	}
	return all
}

// belong are the questions that a field of an ask goes with; nil: all.
func (f fields) belong(name string) []string {
	if i := slices.IndexFunc(f, func(one fieldOf) bool { return one.name == name }); i >= 0 {
		return f[i].with
	}
	return nil
}

func flowFields() fields {
	return fields{
		{name: "starts", holds: "STARTS", about: "Whole messages that start the flow, by the language that they suggest."},
		{name: "first_word", holds: "NAME", about: "One of what it takes, a said: a start word that begins a longer text starts the flow too, and hands the text over as this."},
		{name: "dialed", holds: "DIALED", about: "\"##\": keying # twice at a question of a call begins the flow, without its being offered."},
		{name: "placed", holds: "TRUE", about: "A call that we placed begins the flow, once whoever answers has pressed the key to hear what it is."},
		{name: "takes", holds: "TAKES", about: "What another flow may hand over, with its type. Left out, it is empty."},
		{name: "notice", holds: "NOTICE", about: "How it is answered from a notice that carries it: each answer has two digits of its own there."},
		{name: "gives", holds: "TAKES", about: "What whoever calls this flow knows when it has ended, with its type."},
		{name: "allow", holds: "ALLOW", about: "Warnings that are all right anywhere in this flow, each with the reason."},
		{name: "steps", holds: "STEPS", about: "The steps by name; the flow begins with the first."},
	}
}

func noticeFields() fields {
	return fields{
		{name: "of", holds: "NOTICE_OF", about: "What such a notice is about. The flow knows what it takes of that, by the names of its values."},
		{name: "about", holds: "TEXT", about: "How the question is told where somebody is asked which one they answer."},
		{name: "answer", holds: "NAME", about: "One of what it takes, a text: the name of the answer."},
		{name: "more", holds: "NAME", about: "One of what it takes, a said: the whole text, where more stands behind the digits than a few words."},
		{name: "answers", holds: "NOTICE_ANSWERS", about: "The answers in the order in which they are printed, at most five."},
		{name: "each", holds: "NAME", about: "A list that what the notice is about brings: each item is an answer, where all of them fit; else there are the answers."},
		{name: "label", holds: "TEXT", about: "How an item of the list is printed behind its digits."},
		{name: "save", holds: "NOTICE_SAVES", about: "What the flow takes of the item that was answered: a field of it, or its number."},
		{name: "before", holds: "TEXT", about: "Stands above the items of the list: what has to be known before one is chosen."},
		{name: "after", holds: "TEXT", about: "Stands behind the answers."},
		{name: "without", holds: "TEXT", about: "Stands in place of the answers where a phone has no digits left: how to answer without."},
	}
}

func noticeAnswerFields() fields {
	return fields{
		{name: "label", holds: "TEXT", about: "How the answer is printed behind its digits, in words without gaps."},
		{name: "digits", holds: "NAME", about: "One of what it takes, a number: the digits of this answer, to tell how to change another."},
	}
}

// stepKind is a verb with its fields.
type stepKind struct {
	verb   string
	about  string
	fields func() fields
	needs  []string // fields that must be there, besides the verb
}

// stepKinds are the verbs. An ask is told apart further by its question, a do by its effect.
func stepKinds() []stepKind {
	return []stepKind{
		{"say", "Tells something and goes on.", sayFields, []string{"then"}},
		{"ask", "Says something and waits for an answer.", askFields, nil},
		{"do", "Asks for an effect and goes on by what came of it.", doFields, []string{"on"}},
		{"branch", "Goes on by the first condition that holds.", branchFields, nil},
		{"set", "Gives variables values.", setFields, []string{"then"}},
		{"call", "Has another flow talk, and goes on when that has ended.", callFields, []string{"then"}},
		{"wait", "Lets time pass, by text. A call goes on at once.", waitFields, []string{"then"}},
		{"hand_over", "Gives a call to a person: those on duty ring one after the other.", handOverFields, []string{"taken", "nobody", "text"}},
	}
}

// all are a verb's own fields, and those of every step.
func (k stepKind) all() fields { return append(k.fields(), commonFields()...) }

// verbNames are what a step can do, one each.
func verbNames() []string {
	var all []string
	for _, k := range stepKinds() {
		all = append(all, k.verb)
	}
	return all
}

// commonFields are what every step may have.
func commonFields() fields {
	return fields{
		{name: "allow", holds: "ALLOW", about: "Warnings that are all right here, each with the reason."},
		{name: "segments", holds: "BUDGET", about: "How many segments an answer by text that goes through here may take."},
	}
}

func sayFields() fields {
	return fields{
		{name: "say", holds: "TEXT", about: "What is said. \"\" says nothing."},
		{name: "pause", holds: "PAUSE", about: "By voice: silence before the words, at most 5s."},
		{name: "firm", holds: "FLAG", about: "By voice: a key does not cut the words short."},
		{name: "bilingual", holds: "FLAG", about: "While no language is chosen, it is said in the line's two first languages."},
		{name: "then", holds: "NEXT", about: "Where to go on."},
	}
}

func doFields() fields {
	return fields{
		{name: "do", holds: "NAME", about: "The effect."},
		{name: "with", holds: "ASSIGNS", about: "What the effect is given: an expression for each argument."},
		{name: "on", holds: "OUTCOMES", about: "Where to go on, for each outcome."},
	}
}

func branchFields() fields {
	return fields{{name: "branch", holds: "RUNGS", about: "Conditions in order; the last is {else: <step>}."}}
}

func rungFields() fields {
	return fields{
		{name: "if", holds: "EXPRESSION", about: "The condition."},
		{name: "then", holds: "NEXT", about: "Where to go on if it holds and none above does."},
		{name: "else", holds: "NEXT", about: "Where to go on when nothing above holds. It comes last, and alone."},
	}
}

func setFields() fields {
	return fields{
		{name: "set", holds: "ASSIGNS", about: "Variables and the expressions that give their values, all by what was known before."},
		{name: "then", holds: "NEXT", about: "Where to go on."},
	}
}

func callFields() fields {
	return fields{
		{name: "call", holds: "FLOW", about: "The flow that talks."},
		{name: "with", holds: "ASSIGNS", about: "What it is handed: an expression for each that it takes."},
		{name: "then", holds: "NEXT", about: "Where to go on when it has ended. What it gives is known from there on."},
		{name: "hangup", holds: "NEXT", about: "Goes on there, silently, when the caller hangs up in it and it does not say what then."},
	}
}

func waitFields() fields {
	return fields{
		{name: "wait", holds: "WAIT", about: "How long, by text, as in 10m."},
		{name: "heard", holds: "NEXT", about: "What they write meanwhile goes there, known as heard; otherwise to the door."},
		{name: "then", holds: "NEXT", about: "Where to go on after it."},
	}
}

func handOverFields() fields {
	return fields{
		{name: "hand_over", holds: "TEXT", about: "The purpose in a word or two, told to them before they press 1."},
		{name: "speaks", holds: "EXPRESSION", about: "The language that those speak who are rung; left out, or '', the caller's."},
		{name: "between", holds: "TEXT", about: "Said to the caller before each phone rings."},
		{name: "taken", holds: "NEXT", about: "Where to go on when they have talked."},
		{name: "nobody", holds: "NEXT", about: "Where to go on when nobody can be rung, or nobody took it."},
		{name: "text", holds: "NEXT", about: "Where a talk by text goes: nobody can be handed over there."},
		{name: "hangup", holds: "NEXT", about: "Goes on there, silently, when the caller hangs up meanwhile."},
	}
}

// questionKind is what an ask can ask for, told by the field that names it.
type questionKind struct {
	field  string
	needs  []string // what such an ask must say besides
	beside []string // another question that may stand beside it
}

func questionKinds() []questionKind {
	return []questionKind{
		{field: "choices"},
		{field: "each", needs: []string{"label", "then"}},
		{field: "languages", needs: []string{"then"}},
		{field: "yes_no"},
		{field: "confirm", needs: []string{"yes", "no"}},
		{field: "digits", needs: []string{"save", "then"}},
		{field: "number", needs: []string{"save", "then"}},
		{field: "when", needs: []string{"save", "then"}},
		{field: "words", needs: []string{"save", "then"}},
		{field: "record", needs: []string{"save", "then"}, beside: []string{"words"}},
		{field: "photo", needs: []string{"then", "voice", "other"}},
	}
}

// questionNames are the fields that say what is asked.
func questionNames() []string {
	var all []string
	for _, k := range questionKinds() {
		all = append(all, k.field)
	}
	return all
}

func askFields() fields {
	numbered, free := []string{"choices", "each", "languages", "yes_no"}, []string{"words", "record"}
	return fields{
		{name: "ask", holds: "TEXT", about: "What is said before the answers. \"\" says nothing."},
		{name: "choices", holds: "CHOICES", about: "Numbered answers, at most eight; numbers are given in order to those whose \"if\" holds."},
		{name: "each", holds: "EXPRESSION", about: "A list: one numbered answer for each of its items, the first eight."},
		{name: "languages", holds: "TRUE", about: "One numbered answer for each language of the line, told in itself."},
		{name: "yes_no", holds: "YES_NO", about: "A flag: true, or {yes: TEXT, no: TEXT} for other words than those of words.yaml."},
		{name: "confirm", holds: "CONFIRM", about: "The question before what cannot be undone: the words for yes and no."},
		{name: "digits", holds: "DIGITS", about: "A code or a PIN, of so many digits."},
		{name: "number", holds: "BOUNDS", about: "A number, in figures or in words, within bounds."},
		{name: "when", holds: "WHEN", about: "A day, a time of day, or both, in words that people use."},
		{name: "from", holds: "DAY", about: "The first day: today, or as in 2d so many days later.", with: []string{"when"}},
		{name: "until", holds: "DAY", about: "The last day, counted from today; a year, if it does not say.", with: []string{"when"}},
		{name: "past", holds: "FLAG", about: "It lies behind: from \"until\" ago up to now.", with: []string{"when"}},
		{name: "words", holds: "TRUE", about: "In their own words, by text."},
		{name: "record", holds: "RECORD", about: "In their own words; by voice a recording, which any key or 5 seconds of silence ends."},
		{name: "photo", holds: "TRUE", about: "A picture, by text. A call goes where \"voice\" says."},
		{name: "label", holds: "TEXT", about: "How an item is told, as in \"{it.name}\".", with: []string{"each"}},
		{name: "printed", holds: "FLAG", about: "The labels stand in the words of the ask already.", with: []string{"choices", "each", "languages"}},
		{name: "save", holds: "NAME", about: "The variable that keeps the answer.", with: append([]string{"choices", "each", "yes_no", "digits", "number", "when", "photo"}, free...)},
		{name: "then", holds: "NEXT", about: "Where to go on with an answer. A choice may have its own."},
		{name: "wrong", holds: "TEXT", about: "Said after an answer that is none, instead of the phrase of words.yaml."},
		{name: "silent", holds: "TEXT", about: "Said after a silence, instead of the phrase of words.yaml."},
		{name: "after", holds: "TEXT", about: "Said behind the answers."},
		{name: "tries", holds: "TRIES", about: "How many wrong answers, or silences, until giving up: 3 if left out; or {wrong: 3, silent: 2}."},
		{name: "giveup", holds: "GIVEUP", about: "Where to go on after too many wrong answers, or silences; or {wrong: NEXT, silent: NEXT}. Otherwise by voice the flow report, by text a goodbye."},
		{name: "hangup", holds: "NEXT", about: "Goes on there, silently, when the caller hangs up here: for what is worth keeping."},
		{name: "other", holds: "NEXT", about: "By text, for words that are no answer: they are known as heard there.", with: append([]string{"confirm", "digits", "number", "when", "photo"}, numbered...)},
		{name: "voice", holds: "NEXT", about: "Where a call goes instead.", with: []string{"words", "photo"}},
		{name: "timeout", holds: "TIMEOUT", about: "By voice: how long a silence for a key may be, at most 60s."},
		{name: "secret", holds: "FLAG", about: "The answer leaves no trace.", with: []string{"choices", "each", "yes_no", "digits", "number", "words"}},
		{name: "lapse", holds: "LAPSE", about: "By text, when nothing was heard for so long: a nudge, once, and then where to go on, or the end."},
		{name: "firm", holds: "FLAG", about: "By voice: a key does not cut the words short."},
		{name: "bilingual", holds: "FLAG", about: "While no language is chosen, it is asked in the line's two first languages.", with: append([]string{"choices"}, free...)},
		{name: "yes", holds: "NEXT", about: "Where to go on after a yes.", with: []string{"confirm", "yes_no"}},
		{name: "no", holds: "NEXT", about: "Where to go on after a no.", with: []string{"confirm", "yes_no"}},
		{name: "left", holds: "TEXT", about: "Said to who goes elsewhere instead of answering.", with: []string{"confirm"}},
	}
}

func choiceFields() fields {
	return fields{
		{name: "label", holds: "TEXT", about: "How the choice is told: by text \"1 Tell us\", by voice \"To tell us, press 1.\""},
		{name: "words", holds: "CHOICE_WORDS", about: "Other words for it, by language."},
		{name: "lang", holds: "LANGUAGE", about: "Choosing it chooses this language."},
		{name: "set", holds: "ASSIGNS", about: "Variables that it gives values."},
		{name: "if", holds: "EXPRESSION", about: "It is offered only while this holds."},
		{name: "then", holds: "NEXT", about: "Where to go on, if not where the ask goes on."},
		{name: "more", holds: "NEXT", about: "By text: where a sentence leads that begins with this answer and says more; it is heard there, and kept by an effect."},
	}
}

func languageFields() fields {
	return fields{
		{name: "name", holds: "WORD", about: "The language's name, as its speakers call it."},
		{name: "locale", holds: "WORD", about: "Language and country, as in es-US, where numbers are written otherwise than the language alone would."},
		{name: "falls_back", holds: "FALLS_BACK", about: "The languages whose words are used, in this order, where this one has none; of a language with \"complete\", each with the sentence that tells it: {en: \"La suite est en anglais.\"}."},
		{name: "complete", holds: "WORDS", about: "The flows of which it has every text; in the others it falls back, and says so. Left out, it is complete for all."},
		{name: "read_by_speaker", holds: "WORD", about: "false, or the day on which somebody who speaks it has read all of it aloud, as in 2026-12-01."},
		{name: "calls_only", holds: "FLAG", about: "Nobody writes it: it exists on calls, as recordings."},
		{name: "no_voice", holds: "FLAG", about: "No voice reads it aloud: it is written, and on calls it is recordings."},
		{name: "marks", holds: "MARKS", about: "What becomes of its marks in texts: cheap keeps those that fit the cheap alphabet (é, è, ñ), none keeps none. Left out, words stand as they are."},
		{name: "offer", holds: "WORD", about: "How it is offered under a text in another alphabet, in plain letters: \"Zhongwen: ZHONGWEN\"."},
		{name: "pace", holds: "PACE", about: "How many words a minute it is read aloud; 150 left out."},
		{name: "words", holds: "SOME_WORDS", about: "Messages that choose it."},
		{name: "menu", holds: "SOME_WORDS", about: "Messages that open the door, at any time."},
		{name: "yes", holds: "SOME_WORDS", about: "Words that mean yes."},
		{name: "no", holds: "SOME_WORDS", about: "Words that mean no."},
		{name: "opens", holds: "WORDS", about: "Those of the words for yes and no that answer at the beginning of a sentence, with a comma behind, since they mean nothing else there."},
		{name: "polite", holds: "WORDS", about: "Words around an answer that are no part of it: please, thanks, sorry."},
		{name: "thanks", holds: "WORDS", about: "Messages that tell nothing: thanks and the like."},
		{name: "help", holds: "WORDS", about: "Messages that ask for help. HELP and INFO are the phone companies'."},
		{name: "revealing", holds: "SOME_WORDS", about: "Words that tell what this is about; a quiet phone is never sent one."},
		{name: "stops", holds: "WORDS", about: "Phrases which say, anywhere in a text, that somebody wants no more of ours."},
		{name: "stops_alone", holds: "WORDS", about: "Phrases which say so where the text says nothing else."},
		{name: "others_stop", holds: "WORDS", about: "Words which, right before such a phrase, show that it is about what others say or do."},
		{name: "own_stops", holds: "WORDS", about: "Words which make it the writer's own all the same: \"I said\"."},
		{name: "stops_with", holds: "WORDS", about: "Words that add nothing to such a phrase: please, now."},
		{name: "numbers", holds: "NUMBER_WORDS", about: "The numbers in words, from zero."},
		{name: "further_numbers", holds: "FIGURES", about: "Words for numbers that are understood and not told: {eleven: 11, dozen: 12}."},
		{name: "joins", holds: "WORDS", about: "Words between those of one number, as in \"one hundred and five\"."},
		{name: "counts", holds: "COUNTS", about: "Numbers with what they count, by a name of your own: {organizers.readers} is told by the one called readers."},
		{name: "between", holds: "BY_CHANNEL", about: "Said after a number out of bounds: {min} and {max}."},
		{name: "list", holds: "LIST", about: "How several things are told, {a} and {b}: a pair, those in the middle, the last."},
		{name: "choice", holds: "PATTERN", about: "How a choice is written: \"{key} {label}\"."},
		{name: "press", holds: "PATTERN", about: "How a choice is said: \"To {label}, press {key}.\""},
		{name: "press_language", holds: "PATTERN", about: "How this language is offered, in itself: \"For English, press {key}.\""},
		{name: "digits", holds: "RECORDINGS", about: "Recordings of the digits 0 to 9, to play codes with."},
		{name: "clock", holds: "CLOCK", about: "How days and times are told, asked for and understood."},
	}
}
