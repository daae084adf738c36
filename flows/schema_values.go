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
		"TEXT": s.textKind(), "FORM": s.formKind(), "NEXT": s.nextKind(), "EXPRESSION": s.expressionKind(),
		"STEPS":   steps,
		"STARTS":  each(words),
		"TAKES":   named(schema{"enum": takenTypes()}),
		"NAME":    schema{"type": "string", "pattern": namePattern},
		"FLAG":    schema{"type": "boolean"},
		"TRUE":    schema{"const": true},
		"PAUSE":   durationKind("at most " + maxPause.String()),
		"TRIES":   schema{"type": "integer", "minimum": 1, "maximum": 9},
		"ASSIGNS": named(kindRef("EXPRESSION")),
		"RUNGS": schema{"type": "array", "minItems": 1, "items": schema{"anyOf": []schema{
			{"required": []string{"if", "then"}, "not": schema{"required": []string{"else"}}}, {"required": []string{"else"}, "maxProperties": 1}},
			"allOf": []schema{objectSchema(rungFields(), "", nil)}}},
		"CHOICES":      choices,
		"CHOICE_WORDS": each(words),
		"LANGUAGE":     schema{"enum": s.languageNames()},
		"CONFIRM":      closed(schema{"yes": kindRef("TEXT"), "no": kindRef("TEXT")}, "yes", "no"),
		"DIGITS":       closed(schema{"min": schema{"type": "integer", "minimum": 1, "maximum": mostDigits}, "max": schema{"type": "integer", "minimum": 1, "maximum": mostDigits}}),
		"RECORD":       closed(schema{"max": durationKind("at most " + maxRecording.String())}),
		"OUTCOMES":     mapping(kindRef("NEXT")),
		"WORD":         word,
		"WORDS":        words,
		"SOME_WORDS":   several(1),
		"NUMBER_WORDS": several(9),
		"COUNT":        closed(schema{"none": word, "one": word, "many": word}, "none", "one", "many"),
		"CLOCK": closed(schema{
			"days": byChannel(several(7)), "months": byChannel(several(12)), "halves": byChannel(several(2)),
			"day": byChannel(word), "time": byChannel(word), "time_at_one": byChannel(word), "moment": byChannel(word),
		}, "days", "months", "halves", "day", "time", "moment"),
	}
}

// textKind is a TEXT: words, by language or by channel. What more may stand in one is added here.
func (s *Set) textKind() schema {
	return schema{
		"description": "Words: a string, the same in every language; {" + strings.Join(s.languageNames(), ": …, ") + ": …}; or {text: …, voice: …} where writing and speaking differ. \"\" says nothing. {line.name} tells a fact or a variable. " + s.factsInWords(),
		"anyOf": []schema{kindRef("FORM"), {
			"type": "object", "additionalProperties": false, "required": []string{"text", "voice"},
			"properties": schema{
				"text":  described("FORM", "What is written. \"\" writes nothing."),
				"voice": described("FORM", "What is said on a call. \"\" says nothing."),
			},
		}},
	}
}

// formKind is the words for one channel.
func (s *Set) formKind() schema {
	words := schema{"type": []string{"string", "number", "boolean"}, "pattern": gapsPattern, "maxLength": mostWritten}
	by := schema{}
	for _, lang := range s.languages {
		by[string(lang.lang)] = schema{"type": words["type"], "pattern": gapsPattern, "maxLength": mostWritten, "description": "The words in " + lang.name + "."}
	}
	return schema{"anyOf": []schema{words, {"type": "object", "additionalProperties": false, "properties": by, "required": s.languageNames()}}}
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
		"description": "A formula: names, numbers, 'text', true, == != < <= > >= + - in, and or not, words(x), given(x), len(list). channel is 'text' or 'voice'; lang is the chosen language, '' while none is. " + s.factsInWords(),
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
	return schema{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, "description": "A time, as in 1s; " + limit + "."}
}
