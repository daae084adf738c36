package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	namePattern = "^[a-z_][a-z0-9_]{0,39}$"
	gapsPattern = "^([^{}]|\\{[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*\\})*$"
)

// valueKinds are the kinds of values that fields hold, by the names that the tables of fields.go use.
func (s *Set) valueKinds() schema {
	word := schema{"type": []string{"string", "number", "boolean"}}
	words := schema{"type": "array", "items": word}
	several := func(least int) schema { return schema{"type": "array", "items": word, "minItems": least} }
	mapping := func(of schema) schema { return schema{"type": "object", "additionalProperties": of} }
	each := func(of schema) schema {
		properties := schema{}
		for _, lang := range s.languageNames() {
			properties[lang] = of
		}
		return schema{"type": "object", "additionalProperties": false, "properties": properties}
	}
	number := func(least, most int) schema { return schema{"type": "integer", "minimum": least, "maximum": most} }
	closed := func(properties schema, needs ...string) schema {
		o := schema{"type": "object", "additionalProperties": false, "properties": properties}
		if len(needs) > 0 {
			o["required"] = needs
		}
		return o
	}
	byChannel := func(of schema) schema { return closed(schema{"text": of, "voice": of}, "text", "voice") }
	named := func(of schema) schema {
		return schema{"type": "object", "additionalProperties": of, "propertyNames": schema{"pattern": namePattern}}
	}
	choices := mapping(objectSchema(choiceFields(), "", []string{"label"}))
	choices["minProperties"], choices["maxProperties"] = 1, mostOptions
	steps := mapping(kindRef("STEP"))
	steps["minProperties"], steps["propertyNames"] = 1, schema{"pattern": namePattern, "not": schema{"enum": []string{"end", "flow"}}}
	return schema{
		"TEXT": s.textKind(), "FORM": s.formKind(), "PLAYED": playedKind(), "PLURAL": pluralKind(), "PATTERN": schema{"anyOf": []schema{word, kindRef("PLAYED")}}, "NEXT": s.nextKind(), "EXPRESSION": s.expressionKind(),
		"STEPS":   steps,
		"STARTS":  each(words),
		"TAKES":   named(schema{"enum": takenTypes()}),
		"NAME":    schema{"type": "string", "pattern": namePattern},
		"FLAG":    schema{"type": "boolean"},
		"TRUE":    schema{"const": true},
		"PAUSE":   durationKind("at most " + maxPause.String()),
		"TRIES":   schema{"anyOf": []schema{number(1, 9), closed(schema{"wrong": number(1, 9), "silent": number(1, 9)})}},
		"GIVEUP":  schema{"anyOf": []schema{kindRef("NEXT"), closed(schema{"wrong": kindRef("NEXT"), "silent": kindRef("NEXT")})}},
		"TIMEOUT": durationKind("at most " + maxTimeout.String()),
		"BUDGET":  number(1, mostBudget),
		"WAIT":    durationKind("at most 7d"),
		"LAPSE": closed(schema{
			"after": described("WAIT", "How long nothing was heard."), "nudge": described("TEXT", "Sent once, before going on."),
			"then": described("NEXT", "Where to go on; left out, it ends."),
		}, "after"),
		"ALLOW":      closed(allowable()),
		"FLOW":       schema{"anyOf": []schema{{"enum": s.flowNames()}, kindRef("NAME")}},
		"YES_NO":     schema{"anyOf": []schema{kindRef("TRUE"), closed(schema{"yes": kindRef("TEXT"), "no": kindRef("TEXT")})}},
		"LANGUAGES":  schema{"type": "array", "minItems": 1, "items": kindRef("LANGUAGE")},
		"RECORDINGS": schema{"type": "array", "items": word},
		"FALLS_BACK": schema{"anyOf": []schema{kindRef("LANGUAGES"), each(schema{"type": "string", "minLength": 1})}},
		"DIALED":     schema{"const": dialedKeys},
		"NOTICE":     objectSchema(noticeFields(), "", []string{"of", "about", "without"}), "NOTICE_OF": s.noticeOfKind(),
		"NOTICE_ANSWERS": noticeAnswersKind(),
		"NOTICE_SAVES":   named(kindRef("NAME")),
		"MARKS":          schema{"enum": []marks{marksCheap, marksNone}},
		"PACE":           number(leastPace, quickestPace),
		"ASSIGNS":        named(kindRef("EXPRESSION")),
		"RUNGS": schema{"type": "array", "minItems": 1, "items": schema{"anyOf": []schema{
			{"required": []string{"if", "then"}, "not": schema{"required": []string{"else"}}}, {"required": []string{"else"}, "maxProperties": 1}},
			"allOf": []schema{objectSchema(rungFields(), "", nil)}}},
		"CHOICES":      choices,
		"CHOICE_WORDS": each(words),
		"LANGUAGE":     schema{"enum": s.languageNames()},
		"CONFIRM":      closed(schema{"yes": kindRef("TEXT"), "no": kindRef("TEXT")}, "yes", "no"),
		"DIGITS":       closed(schema{"min": number(1, mostDigits), "max": number(1, mostDigits)}),
		"RECORD":       closed(schema{"max": durationKind("at most " + maxRecording.String())}),
		"OUTCOMES":     mapping(kindRef("NEXT")),
		"WORD":         word,
		"WORDS":        words,
		"SOME_WORDS":   several(1),
		"NUMBER_WORDS": several(9),
		"BOUNDS":       closed(schema{"min": number(0, mostAsked), "max": number(0, mostAsked)}, "min", "max"),
		"WHEN":         schema{"enum": []whenKind{whenDay, whenTime, whenMoment}},
		"DAY":          schema{"type": "string", "pattern": "^(today|[0-9]+d)$"},
		"FIGURES":      mapping(number(0, 1_000_000)),
		"COUNTS":       named(countKind()),
		"BY_CHANNEL":   byChannel(kindRef("PATTERN")),
		"LIST":         listKind(),
		"CLOCK":        clockKind(several, byChannel),
	}
}

// noticeOfKind is what a notice may be about.
func (s *Set) noticeOfKind() schema {
	return schema{"enum": slices.Sorted(maps.Keys(s.vocabulary.Notices))}
}

func noticeAnswersKind() schema {
	return schema{
		"type": "object", "minProperties": 1, "maxProperties": mostNoticeAnswers, "propertyNames": schema{"pattern": namePattern},
		"additionalProperties": objectSchema(noticeAnswerFields(), "", []string{"label"}),
	}
}

// textKind is a TEXT: words, by language or by channel. What more may stand in one is added here.
func (s *Set) textKind() schema {
	return schema{
		"description": "Words: a string, the same in every language; {" + strings.Join(s.languageNames(), ": …, ") + ": …}; or {text: …, voice: …} where writing and speaking differ, with quiet: … for phones that others look at. \"\" says nothing. {line.name} tells a fact or a variable. " + s.factsInWords(),
		"anyOf": []schema{kindRef("FORM"), {
			"type": "object", "additionalProperties": false, "required": []string{"text", "voice"},
			"properties": schema{
				"text":  described("FORM", "What is written. \"\" writes nothing."),
				"quiet": described("FORM", "What is written to a phone that others look at."),
				"voice": described("FORM", "What is said on a call. \"\" says nothing."),
			},
		}},
	}
}

// formKind is the words for one channel.
func (s *Set) formKind() schema {
	words := schema{"type": []string{"string", "number", "boolean"}, "pattern": gapsPattern, "maxLength": mostWritten}
	by, own := schema{}, []string{}
	for _, g := range s.languages {
		by[string(g.lang)] = schema{"description": "The words in " + g.name + ".", "anyOf": []schema{words, kindRef("PLAYED"), kindRef("PLURAL")}}
		if len(g.chain) == 0 {
			own = append(own, string(g.lang))
		}
	}
	return schema{"anyOf": []schema{words, kindRef("PLAYED"), {"type": "object", "additionalProperties": false, "properties": by, "required": own, "minProperties": 1}}}
}

// playedKind is recordings with the words for where none can be heard.
func playedKind() schema {
	words := schema{"type": []string{"string", "number", "boolean"}, "pattern": gapsPattern, "maxLength": mostWritten}
	return schema{
		"type": "object", "additionalProperties": false, "required": []string{"play"},
		"properties": schema{
			"play": schema{"description": "By voice: a recording of the folder sounds, or a list of recordings and gaps.", "type": []string{"string", "array"}, "items": schema{"type": "string"}},
			"say":  schema{"description": "The words, where they are written, and where a recording is missing.", "allOf": []schema{words}},
		},
	}
}

// nextKind is a way on. Step names are no enum: a schema cannot know the steps of the file being written.
func (s *Set) nextKind() schema {
	ways := []string{"end"}
	for _, name := range s.flowNames() {
		ways = append(ways, "flow "+name)
	}
	return schema{
		"description": "Where to go on: the name of a step, end, flow report, or {flow: report, with: {what: heard}} to hand something over.",
		"anyOf": []schema{
			{"enum": ways},
			{"type": "string", "pattern": "^(flow +)?[a-z_][a-z0-9_]{0,39}$"},
			{"type": "object", "additionalProperties": false, "required": []string{"flow"}, "properties": schema{
				"flow": schema{"description": "Another flow.", "anyOf": []schema{{"enum": s.flowNames()}, kindRef("NAME")}},
				"with": described("ASSIGNS", "What is handed over, each an expression. In the other flow nothing else is known."),
			}},
		},
	}
}

func (s *Set) expressionKind() schema {
	return schema{
		"type": []string{"string", "number", "boolean"}, "maxLength": maxExpression,
		"description": "A formula: names, numbers, 'text', true, == != < <= > >= + - in, and or not, words(x), code(x), digits(x), given(x), len(list). channel is 'text' or 'voice'; lang is the chosen language, '' while none is. " + s.factsInWords(),
	}
}

func (s *Set) factsInWords() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.vocabulary.Facts)) {
		all = append(all, fmt.Sprintf("%s (%s)", name, shapeInWords(s.vocabulary.Facts[name])))
	}
	return "Facts: " + strings.Join(all, ", ") + "."
}

func durationKind(limit string) schema {
	return schema{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$|^[0-9]+d$`, "description": "A time, as in 1s; " + limit + "."}
}

// allowable are the warnings that can be allowed, with what each means.
func allowable() schema {
	all := schema{}
	for _, r := range Rules() {
		if r.Severity == Warning && r.Name != string(ruleNeedless) {
			all[r.Name] = schema{"type": "string", "description": r.About + " Say why it is all right here that this does not hold."}
		}
	}
	return all
}

// countKind is words that go with a number, by the sorts of numbers that CLDR tells apart; which of them a language needs, the loader
// says.
func countKind() schema {
	properties := schema{"none": described("PATTERN", "For zero, where it is said otherwise.")}
	for _, sort := range sorts() {
		properties[sort] = described("PATTERN", "For numbers that the language calls "+sort+".")
	}
	return schema{"type": "object", "additionalProperties": false, "required": []string{"other"}, "properties": properties}
}

// pluralKind is the words of one language where they go with a number.
func pluralKind() schema {
	words := schema{"anyOf": []schema{{"type": []string{"string", "number", "boolean"}, "pattern": gapsPattern, "maxLength": mostWritten}, kindRef("PLAYED")}}
	properties := schema{
		"count": schema{"type": "string", "description": "The fact or variable whose number decides."},
		"none":  words,
	}
	for _, sort := range sorts() {
		properties[sort] = words
	}
	return schema{"type": "object", "additionalProperties": false, "required": []string{"count", "other"}, "properties": properties}
}

func listKind() schema {
	joined := kindRef("PATTERN")
	some := schema{"type": "array", "items": schema{"type": "string"}}
	return schema{
		"type": "object", "additionalProperties": false, "required": []string{"pair", "middle", "last"},
		"properties": schema{"pair": joined, "middle": joined, "last": joined, "before": schema{
			"description": "Another word where the last thing begins with one of these sounds.",
			"type":        "object", "additionalProperties": false, "required": []string{"pair", "last", "starts"},
			"properties": schema{"pair": joined, "last": joined, "starts": some, "except": some},
		}},
	}
}

// clockKind is how days and times are told and read. By text there may be a short form besides the usual one.
func clockKind(several func(int) schema, byChannel func(schema) schema) schema {
	forms := func(of schema) schema {
		return schema{"type": "object", "additionalProperties": false, "required": []string{"text", "voice"}, "properties": schema{"text": of, "short": of, "voice": of}}
	}
	properties := schema{
		"days": forms(several(7)), "months": forms(several(12)), "halves": forms(several(2)),
		"first": byChannel(kindRef("WORD")), "reads": readsKind(),
	}
	for _, key := range []string{"day", "time", "time_at_one", "time_on_hour", "moment"} {
		properties[key] = forms(kindRef("PATTERN"))
	}
	needs := []string{"days", "months", "halves", "day", "time", "moment", "reads"}
	for name := range asks() {
		properties["ask_"+name] = byChannel(kindRef("PATTERN"))
		needs = append(needs, "ask_"+name)
	}
	slices.Sort(needs)
	return schema{"type": "object", "additionalProperties": false, "required": needs, "properties": properties}
}

// readsKind is the words in which days and times are understood.
func readsKind() schema {
	lists, tables := clockSenses()
	properties := schema{"order": schema{"enum": []string{"mdy", "dmy", "ymd"}}}
	for name := range lists {
		properties[name] = kindRef("WORDS")
	}
	for name, t := range tables {
		properties[name] = schema{"type": "object", "additionalProperties": schema{"type": "integer", "minimum": t.least, "maximum": t.most}}
	}
	return schema{"type": "object", "additionalProperties": false, "required": []string{"order", "today", "tomorrow", "yesterday"}, "properties": properties}
}
