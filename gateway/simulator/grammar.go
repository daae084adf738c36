package simulator

import (
	"slices"
	"strings"
)

// grammar says what each element may carry, under the element's name. Elements that are
// not in it are unknown verbs.
type grammar map[string]rule

type rule struct {
	attrs map[string]check
	kids  []string
	text  textRule
}

type textRule int

const (
	noText   textRule = iota
	mayText           // free
	mustText          // not blank, unless children stand in for it
	urlText           // a URL
	phoneText
)

// check holds the document against the grammar. The first fault is returned: 12200, or
// the verb's own code where Twilio has one.
func (g grammar) check(n *node) *Problem {
	r := g[n.name]
	if fault := r.checkAttrs(n); fault != nil {
		return fault
	}
	if fault := r.checkText(n); fault != nil {
		return fault
	}
	for _, kid := range n.kids {
		if _, known := g[kid.name]; !known {
			return problem(12200, "element %s is not known", kid.name)
		}
		if !slices.Contains(r.kids, kid.name) {
			return problem(12200, "%s may not stand inside %s", kid.name, n.name)
		}
		if fault := g.check(kid); fault != nil {
			return fault
		}
	}
	return nil
}

func (r rule) checkAttrs(n *node) *Problem {
	for name, value := range n.attrs {
		c, known := r.attrs[name]
		if !known {
			return problem(12200, "%s has no attribute %s", n.name, name)
		}
		if !c.ok(value) {
			return problem(c.code(), "%s %s=%q: %s wanted", n.name, name, value, c.want)
		}
	}
	return nil
}

func (r rule) checkText(n *node) *Problem {
	text := strings.TrimSpace(n.text)
	switch {
	case r.text == noText && text != "":
		return problem(12200, "%s may not hold text", n.name)
	case r.text == mustText && text == "" && len(n.kids) == 0:
		return problem(12200, "%s is empty", n.name)
	case r.text == urlText && text == "" && n.name == "Play" && n.attrs["digits"] != "":
		return nil
	case r.text == urlText && !isURLRef(text):
		return problem(12200, "%s holds no valid URL", n.name)
	case r.text == phoneText && text == "" && len(n.kids) == 0, r.text == phoneText && text != "" && !e164.MatchString(text):
		return problem(13223, "%s holds no phone number in E.164", n.name)
	}
	return nil
}

// messagingGrammar is the TwiML of texts.
var messagingGrammar = grammar{
	"Response": {kids: []string{"Message", "Redirect"}},
	"Message": {
		attrs: map[string]check{"to": phoneNumber, "from": phoneNumber, "action": urlRef, "method": httpMethod, "statusCallback": urlRef},
		kids:  []string{"Body", "Media"}, text: mustText,
	},
	"Body":     {text: mayText},
	"Media":    {text: urlText},
	"Redirect": {attrs: map[string]check{"method": httpMethod}, text: urlText},
}

// voiceGrammar is the TwiML of calls, without what this company does not sell: Conference,
// Enqueue, Pay, Connect, Stream, Refer, Sms and their like; transcription; recording of,
// and machine detection in, a Dial.
var voiceGrammar = grammar{
	"Response": {kids: []string{"Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Hangup", "Reject"}},
	"Say": {
		attrs: map[string]check{"voice": voiceName, "language": sayLanguage, "loop": count},
		kids:  ssml, text: mustText,
	},
	"Play":  {attrs: map[string]check{"loop": count, "digits": toneDigits}, text: urlText},
	"Pause": {attrs: map[string]check{"length": positive}},
	"Gather": {
		attrs: map[string]check{
			"input": inputKinds, "action": urlRef, "method": httpMethod, "timeout": positiveOrAuto, "speechTimeout": positiveOrAuto,
			"maxSpeechTime": positive, "profanityFilter": boolean, "finishOnKey": gatherKeys, "numDigits": positive,
			"partialResultCallback": urlRef, "partialResultCallbackMethod": httpMethod, "language": languageTag,
			"hints": anything, "bargeIn": boolean, "debug": boolean, "actionOnEmptyResult": boolean,
			"speechModel": anything, "enhanced": boolean,
		},
		kids: []string{"Say", "Play", "Pause"},
	},
	"Record": {attrs: map[string]check{
		"action": urlRef, "method": httpMethod, "timeout": positive, "finishOnKey": recordKeys, "maxLength": positive,
		"playBeep": boolean, "trim": oneOf("trim-silence", "do-not-trim"), "recordingStatusCallback": urlRef,
		"recordingStatusCallbackMethod": httpMethod, "recordingStatusCallbackEvent": someOf("in-progress", "completed", "absent"),
		"transcribe": oneOf("false"),
	}},
	"Redirect": {attrs: map[string]check{"method": httpMethod}, text: urlText},
	"Hangup":   {},
	"Reject":   {attrs: map[string]check{"reason": oneOf("rejected", "busy")}},
	"Dial": {
		attrs: map[string]check{
			"action": urlRef, "method": httpMethod, "timeout": positive, "hangupOnStar": boolean, "timeLimit": positive,
			"callerId": phoneNumber, "callReason": anything, "answerOnBridge": boolean, "ringTone": ringTone, "sequential": boolean,
			"record": oneOf("do-not-record", "false"),
		},
		kids: []string{"Number", "Client"}, text: phoneText,
	},
	"Number": {
		attrs: map[string]check{
			"url": urlRef, "method": httpMethod, "sendDigits": toneDigits,
			"statusCallback": urlRef, "statusCallbackMethod": httpMethod, "statusCallbackEvent": callEvents,
		},
		text: phoneText,
	},
	"Client": {
		attrs: map[string]check{
			"url": urlRef, "method": httpMethod,
			"statusCallback": urlRef, "statusCallbackMethod": httpMethod, "statusCallbackEvent": callEvents,
		},
		kids: []string{"Identity", "Parameter"}, text: mustText,
	},
	"Identity":  {text: mustText},
	"Parameter": {attrs: map[string]check{"name": anything, "value": anything}},
	"break":     {attrs: map[string]check{"strength": oneOf("none", "x-weak", "weak", "medium", "strong", "x-strong"), "time": anything}},
	"emphasis":  {attrs: map[string]check{"level": oneOf("strong", "moderate", "reduced")}, kids: ssml, text: mayText},
	"lang":      {attrs: map[string]check{"xml:lang": languageTag}, kids: ssml, text: mayText},
	"p":         {kids: ssml, text: mayText},
	"phoneme":   {attrs: map[string]check{"alphabet": oneOf("ipa", "x-sampa", "x-amazon-jyutping", "x-amazon-pinyin", "x-amazon-pron-kana", "x-amazon-yomigana"), "ph": anything}, text: mayText},
	"prosody":   {attrs: map[string]check{"volume": anything, "rate": anything, "pitch": anything}, kids: ssml, text: mayText},
	"s":         {kids: ssml, text: mayText},
	"say-as":    {attrs: map[string]check{"interpret-as": anything, "format": anything}, text: mayText},
	"sub":       {attrs: map[string]check{"alias": anything}, text: mayText},
	"w":         {attrs: map[string]check{"role": anything}, text: mayText},
}

// ssml are the elements that shape speech inside Say.
var ssml = []string{"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
