package flows

import (
	"slices"
	"strings"
)

// rule names one thing that a set is held to. What is wrong is said under its name, and a warning is allowed by it.
type rule string

const (
	ruleForm         rule = "form"
	ruleReach        rule = "reach"
	ruleEnds         rule = "ends"
	ruleCircle       rule = "circle"
	ruleUnset        rule = "unset"
	ruleIrrevocable  rule = "irrevocable"
	ruleCarrier      rule = "carrier-word"
	ruleCollision    rule = "collision"
	ruleSilence      rule = "silence"
	ruleSecret       rule = "secret"
	ruleNudge        rule = "nudge"
	ruleNotice       rule = "notice"
	ruleEcho         rule = "echo"
	ruleDropped      rule = "dropped"
	ruleQuiet        rule = "quiet"
	ruleSegments     rule = "segments"
	ruleSeconds      rule = "seconds"
	ruleDepth        rule = "depth"
	ruleChannels     rule = "channels"
	ruleUntranslated rule = "untranslated"
	ruleStale        rule = "stale"
	ruleRecording    rule = "recording"
	ruleNeedless     rule = "needless"
)

// Rule is one thing that a set is held to.
type Rule struct {
	Name     string
	Severity Severity
	About    string // what holds, in a sentence
}

// Rules are all of them. Warnings can be allowed in a file, with a reason.
func Rules() []Rule {
	return []Rule{
		{string(ruleForm), Error, "Every file is written in the language of flows: names, fields, types, languages and outcomes exist and fit."},
		{string(ruleReach), Error, "Something leads to every flow and to every step."},
		{string(ruleEnds), Error, "From every step some path leads to an end."},
		{string(ruleCircle), Error, "There is no circle in which nobody is asked anything, and no flow that calls itself."},
		{string(ruleUnset), Error, "A variable is set on every path before it is read, and has one type."},
		{string(ruleIrrevocable), Error, "Nothing that cannot be undone happens without the yes of a confirm."},
		{string(ruleCarrier), Error, "No word on which the phone companies act by themselves is a choice, a command or a start word."},
		{string(ruleCollision), Error, "No two choices are read alike, and no key of one begins the key of another."},
		{string(ruleSilence), Error, "Whoever stays silent, or answers wrongly each time, comes to an end."},
		{string(ruleSecret), Error, "What was answered in secret is used up before the next answer is waited for."},
		{string(ruleNudge), Error, "Nothing is nudged in a flow that can file a report, join or hold a secret."},
		{string(ruleNotice), Error, "Every answer that a notice prints leads somewhere of its own, and leaves the notice room."},
		{string(ruleEcho), Error, "What somebody wrote is never repeated to the phone that it came from."},
		{string(ruleDropped), Error, "What is told in more than three words is kept, whatever was asked."},
		{string(ruleQuiet), Error, "What a quiet phone may be sent holds no word that tells what it is about."},
		{string(ruleSegments), Error, "Every answer by text fits its budget of segments, with the longest values that it may tell."},
		{string(ruleSeconds), Error, "Every prompt on a call is shorter than 20 seconds at 150 words a minute."},
		{string(ruleDepth), Warning, "No menu is deeper than three turns to its effect."},
		{string(ruleChannels), Warning, "What can be done by text can be done by voice, and the reverse."},
		{string(ruleUntranslated), Warning, "Every text is there in every language."},
		{string(ruleStale), Warning, "No translation is older than what it translates."},
		{string(ruleRecording), Warning, "Every recording that a text names is there."},
		{string(ruleNeedless), Warning, "Nothing is allowed that was not found."},
	}
}

// allowed is what a step or a flow allows, by rule, with the reasons.
type allowed struct {
	reasons map[rule]*reason
}

type reason struct {
	at   place
	why  string
	used bool
}

// permits says whether a rule is allowed to be broken here, and remembers that it was.
func (a *allowed) permits(r rule) bool {
	if a == nil || a.reasons[r] == nil {
		return false
	}
	a.reasons[r].used = true
	return true
}

// readAllowed reads allow: {rule: reason}. Only what is a warning can be allowed.
func (l *loader) readAllowed(f *field) allowed {
	a := allowed{reasons: map[rule]*reason{}}
	if f == nil {
		return a
	}
	var names []string
	for _, r := range Rules() {
		if r.Severity == Warning && r.Name != string(ruleNeedless) {
			names = append(names, r.Name)
		}
	}
	for _, one := range l.object(f.value, "allow", names...).fields {
		why, _ := l.scalar(one.value, "a reason")
		if wordCount(why) < 2 {
			l.found.add(one.at, "say in a few words why %s is all right here", one.key)
		}
		a.reasons[rule(one.key)] = &reason{at: one.at, why: why}
	}
	return a
}

// owners are those who may allow something at a step.
func (s *step) owners() []*allowed { return append([]*allowed{&s.allowed}, s.flow.owners()...) }

// owners are those who may allow something in a flow: itself, and words.yaml for the whole set.
func (f *flow) owners() []*allowed {
	if f.house == nil {
		return []*allowed{&f.allowed}
	}
	return []*allowed{&f.allowed, f.house}
}

// checkNeedless finds what is allowed and was not found: the reason would outlive its cause. It comes after all other checks.
func checkNeedless(s *Set, found *findings) {
	look := func(a *allowed) {
		for r, why := range a.reasons {
			if !why.used {
				found.doubt(ruleNeedless, why.at, nil, "%s is allowed here, and nothing here breaks it; take the line out", r)
			}
		}
	}
	look(&s.words.allowed)
	for _, f := range s.order {
		look(&f.allowed)
		for _, st := range f.steps {
			look(&st.allowed)
		}
	}
}

// Allowed is every warning that a file allows, with its place and, as the message, the reason.
func (s *Set) Allowed() Findings {
	var all Findings
	note := func(a *allowed) {
		for r, why := range a.reasons {
			all = append(all, Finding{why.at.file, why.at.line, why.at.column, string(r), Warning, strings.TrimSpace(why.why)})
		}
	}
	note(&s.words.allowed)
	for _, f := range s.order {
		note(&f.allowed)
		for _, st := range f.steps {
			note(&st.allowed)
		}
	}
	f := findings{list: all}
	return slices.Clip(f.sorted())
}
