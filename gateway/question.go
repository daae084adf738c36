package gateway

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"hotline/flows"
	"hotline/store"
)

// What a phone was asked by notices stands in rows of its own, never in the state of a conversation. Before the engine runs, this file decides
// whether a text answers one of them, and which. All of the decision is the table below: the first line that fits counts. Nothing is guessed:
// what may mean two things is asked about, and the talk under way stays as it is.

// verdict is whose a text is.
type verdict string

const (
	toTalk     verdict = "the talk"     // the engine hears it as ever
	toQuestion verdict = "the question" // it begins the question's flow; the talk under way goes on behind that
	toNobody   verdict = "whoever asks" // which one is meant is asked
)

// wrote is what a text is, next to the questions of its phone.
type wrote string

const (
	saidDigits wrote = "digits"      // two digits of a question, alone, with a few words or as the whole line was printed
	saidMore   wrote = "digits+"     // the same, and more words behind them
	saidTwo    wrote = "digits, two" // and another number
	saidLabel  wrote = "label"       // an answer as it was printed, without its digits
	saidPlace  wrote = "1 to 8"      // a number as of a menu: the first answer, the second …
	saidYesNo  wrote = "yes or no"
	saidElse   wrote = ""
)

// talkNow is what is being talked about on the phone.
type talkNow string

const (
	noTalk     talkNow = "none"
	newerTalk  talkNow = "newer" // its last turn came after all questions that could be meant
	olderTalk  talkNow = "older" // a question went out since
	anyTalk    talkNow = "any"
	underWay   talkNow = "under way"
	notAsNewer talkNow = "none or older"
)

// hearing is all that decides.
type hearingOf struct {
	said    wrote
	talk    talkNow
	own     bool // the talk waits for a number, a code, a day or a choice that this could be
	words   bool // it waits for words, and this is more than the digits and their label
	more    bool // the question's flow takes what stands behind the digits
	secret  bool // the talk waits for something that leaves no trace
	still   bool // "Still you? 1" waits, which is the only text of ours that prints a 1
	means   int  // how many open questions could be meant
	printed bool // nothing stands behind the digits but the label
}

// row is a line of the table: what has to be so, and whose the text is then.
type row struct {
	said []wrote
	talk talkNow
	when func(h hearingOf) bool // nil: always
	then verdict
}

func theTable() []row {
	digits, menu := []wrote{saidDigits}, []wrote{saidPlace, saidYesNo, saidLabel}
	return []row{
		// What is said                    the talk    and                                                     is for
		{digits, underWay, func(h hearingOf) bool { return h.own }, toTalk},                                     // a count of 41, a day, a code: its own answer
		{digits, underWay, func(h hearingOf) bool { return (h.words || h.secret) && !h.printed }, toTalk},       // "41 people were hurt"
		{digits, anyTalk, nil, toQuestion},                                                                      // in any order, days later, also after it lapsed
		{[]wrote{saidMore}, underWay, func(h hearingOf) bool { return h.words || h.secret }, toTalk},            // a story that begins with a number
		{[]wrote{saidMore}, anyTalk, func(h hearingOf) bool { return h.more }, toQuestion},                      // "41 but I come late"
		{[]wrote{saidMore}, anyTalk, nil, toTalk},                                                               // nothing would keep its words: the engine does
		{[]wrote{saidTwo}, underWay, func(h hearingOf) bool { return h.words || h.secret || h.own }, toTalk},    //
		{[]wrote{saidTwo}, anyTalk, nil, toNobody},                                                              // "41 and 43"
		{menu, newerTalk, nil, toTalk},                                                                          // it answers what was just asked
		{menu, anyTalk, func(h hearingOf) bool { return h.still && h.said != saidLabel }, toTalk},               // the 1 of "Still you?"
		{menu, anyTalk, func(h hearingOf) bool { return h.means == 0 }, toTalk},                                 //
		{menu, noTalk, func(h hearingOf) bool { return h.means == 1 }, toQuestion},                              // the only one that is open
		{menu, olderTalk, func(h hearingOf) bool { return h.secret || h.words && h.said != saidPlace }, toTalk}, //
		{menu, anyTalk, nil, toNobody},                                                                          // several are open, or a talk is under way besides
		{nil, anyTalk, nil, toTalk},
	}
}

// whose reads the table.
func whose(h hearingOf) verdict {
	for _, r := range theTable() {
		if r.fits(h) {
			return r.then
		}
	}
	return toTalk
}

func (r row) fits(h hearingOf) bool {
	kind := len(r.said) == 0
	for _, s := range r.said {
		kind = kind || s == h.said
	}
	talk := r.talk == anyTalk || r.talk == h.talk || r.talk == underWay && h.talk != noTalk
	return kind && talk && (r.when == nil || r.when(h))
}

// posed is a question, with what it asked, and what can be answered to it now; no answers: the flow is not there any more, or asks otherwise.
type posed struct {
	store.Question
	Asking
	answers []string
}

// meant is one question that a text may answer, and which of its answers it is.
type meant struct {
	posed
	answer  string
	printed bool
}

// findQuestion decides whose a text is, and prepares what follows. It is asked before the engine runs. A talk that the text is for may have lapsed;
// else it stays as it is.
func (p *playing) findQuestion(ctx context.Context) error {
	if err := p.meansQuestion(ctx); err != nil || p.replies != nil || p.told {
		return err
	}
	p.lapse()
	return nil
}

func (p *playing) meansQuestion(ctx context.Context) error {
	if p.in.Kind != flows.KindText || !p.tx.Conversation.WasAsked || p.lost || len(p.in.Media) > 0 || !p.mayAnswer(p.in.Text) {
		return nil
	}
	all, err := p.questions(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	h, could := p.reads(all)
	switch whose(h) {
	case toQuestion:
		return p.answers(ctx, could[0], h.said == saidMore)
	case toNobody:
		return p.asksWhich(could, h.talk == olderTalk)
	}
	return nil
}

// questions are those that notices put to this phone.
func (p *playing) questions(ctx context.Context) (all []posed, err error) {
	rows, err := p.g.store.QuestionsTo(ctx, p.tx, p.tx.Conversation.Phone, p.line.ID, p.now)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		q := posed{Question: row}
		if q.Asking, err = askingBy(row); err != nil {
			return nil, err
		}
		if now, known := p.current.Question(row.Flow); known && now.Of == row.About && q.Lists(p.current) == row.Each {
			q.answers = p.current.Answers(row.Flow, q.Known)
		}
		all = append(all, q)
	}
	return all, nil
}

// mayAnswer tells quickly of most texts that they answer no notice.
func (p *playing) mayAnswer(text string) bool {
	_, number := p.current.Replied(text)
	return number || flows.WordCount(text) <= mostLabelWords
}

// mostLabelWords is more than any label of an answer has.
const mostLabelWords = 12

// reads tells what a text is next to the questions of its phone, and which of them it could mean.
func (p *playing) reads(all []posed) (h hearingOf, could []meant) {
	h.secret, h.still = p.secret, p.tx.Conversation.Asked
	number, numbered := p.current.Replied(p.in.Text)
	open := p.stillOpen(all)
	h.said, could = p.readNumber(number, numbered, all, open)
	if h.said == saidElse {
		h.said, could = p.readWords(open)
	}
	h.means, h.talk = len(could), p.talkSince(could)
	if len(could) > 0 {
		h.more, h.printed = p.current.TakesMore(could[0].Question.Flow), could[0].printed
	}
	if p.talk.Flow != "" {
		set := p.g.sets.known(p.current, p.talk.Set)
		env := flows.Env{Channel: flows.Text, Languages: languages(p.line), Now: p.moment(p.now)}
		h.own, h.words = set.OwnNumber(p.talk.State, p.in.Text, env), set.TakesWords(p.talk.State)
	}
	return h, could
}

func (p *playing) readNumber(said flows.Replied, numbered bool, all, open []posed) (wrote, []meant) {
	if !numbered {
		return saidElse, nil
	}
	for _, q := range all {
		i, has := q.Has(said.Number)
		if !has || len(q.answers) > 0 && i >= len(q.answers) {
			continue
		}
		m := meant{posed: q}
		if len(q.answers) > 0 {
			m.answer = q.answers[i]
			m.printed = said.Rest == "" || p.current.Labels(q.Question.Flow, m.answer, said.Rest, q.Known)
		}
		switch {
		case m.printed || !said.Second && said.Few:
			return saidDigits, []meant{m}
		case said.Second && said.Few:
			return saidTwo, []meant{m}
		}
		return saidMore, []meant{m}
	}
	if said.Rest != "" {
		return saidElse, nil
	}
	var could []meant
	for _, q := range open {
		if said.Number <= len(q.answers) {
			could = append(could, meant{posed: q, answer: q.answers[said.Number-1]})
		}
	}
	if said.Number > mostPlaces {
		return saidElse, nil
	}
	return saidPlace, could
}

// mostPlaces is how many answers a question of a notice may have.
const mostPlaces = 8

func (p *playing) readWords(open []posed) (wrote, []meant) {
	var could []meant
	word := ""
	switch {
	case p.current.SaysYes(p.in.Text):
		word = "yes"
	case p.current.SaysNo(p.in.Text):
		word = "no"
	}
	for _, q := range open {
		for _, answer := range q.answers { // of a list, yes is the option that is called so
			if answer == word || (word == "" || q.Each) && p.current.LabelSaid(q.Question.Flow, answer, p.in.Text, q.Known) {
				could = append(could, meant{posed: q, answer: answer})
			}
		}
	}
	switch {
	case word != "":
		return saidYesNo, could
	case len(could) > 0:
		return saidLabel, could
	}
	return saidElse, nil
}

// stillOpen leaves those that may still be answered, and whose text may have arrived.
func (p *playing) stillOpen(all []posed) (open []posed) {
	for _, q := range all {
		if q.Came && q.LapsesAt.After(p.now) {
			open = append(open, q)
		}
	}
	return open
}

// talkSince tells what is being talked about, next to the questions that could be meant.
func (p *playing) talkSince(could []meant) talkNow {
	if p.talk.Flow == "" {
		return noTalk
	}
	for _, m := range could {
		if m.AskedAt.After(p.tx.Conversation.HeardAt) {
			return olderTalk
		}
	}
	return newerTalk
}

// answers has an answer begin the flow of its question.
func (p *playing) answers(ctx context.Context, m meant, more bool) error {
	if m.answer == "" {
		return p.says("question_over")
	}
	noted := m.answer
	if m.Each {
		noted = AnsweredOne
	}
	if err := p.g.store.AnswerQuestion(ctx, p.tx, m.ID, noted, p.now); err != nil {
		return err
	}
	words := ""
	if more {
		words = p.in.Text
	}
	in := p.current.Reply(m.Question.Flow, m.answer, m.ID.String(), m.First, words, m.Known)
	p.replies = &in
	return nil
}

// AnsweredOne is noted of a question whose answers are the items of a list: which of them it was stands nowhere in clear.
const AnsweredOne = "one"

// replied is such an answer as the engine hears it.
func (p *playing) replied() flows.Input {
	in := *p.replies
	if in.Idle = p.idle; p.env.Quiet {
		p.quieted(in.Values)
	}
	return in
}

// says answers with a phrase, and leaves the talk as it is.
func (p *playing) says(phrase string) error {
	lang := p.noticeLang()
	p.reply.Say, p.told = append(p.reply.Say, flows.Prompt{Lang: lang, Words: p.current.Unasked(phrase, lang, LineFacts(p.line))}), true
	return nil
}

// noticeLang is the language of the phone, in which notices come too.
func (p *playing) noticeLang() flows.Lang {
	return p.current.ToldIn(flows.Lang(cmp.Or(string(p.talk.Lang), p.tx.Conversation.Lang, p.line.Languages[0])), flows.Text, nil)
}

// asksWhich asks which question is meant, with the digits of each: these can mean nothing else.
func (p *playing) asksWhich(could []meant, talk bool) error {
	if err := p.says("which_one"); err != nil {
		return err
	}
	lang := p.noticeLang()
	var behind []string
	if talk {
		behind = append(behind, p.current.Unasked("which_or", lang, LineFacts(p.line)))
	}
	words := ""
	for _, how := range []howTold{toldWhole, toldAnswers, toldDigits} {
		words = strings.Join(append(p.which(could, lang, how), behind...), "\n")
		if n, _, _ := flows.Segments(p.reply.Text() + "\n" + words); n <= mostWhich {
			break
		}
	}
	p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: lang, Words: words})
	return nil
}

// howTold is how much stands there of each of several questions: as much as fits.
type howTold int

const (
	toldWhole   howTold = iota // as its notice printed it
	toldAnswers                // what it is about, and its answers: who sees a vote is said before it is counted, by the read-back
	toldDigits                 // what it is about, and the digits of its answers
)

// mostWhich is how many segments such an answer takes; if not even the digits fit, it takes more.
const mostWhich = 2

// which are the lines that tell questions from one another.
func (p *playing) which(could []meant, lang flows.Lang, how howTold) (all []string) {
	seen := map[string]bool{}
	for _, m := range could {
		if seen[m.ID.String()] || len(m.answers) == 0 {
			continue
		}
		seen[m.ID.String()] = true
		printed, _ := p.current.Printed(m.Question.Flow, lang, m.First, m.Known)
		masked := p.maskedFor(printed) != printed  // nobody chooses among dots
		if how == toldWhole && m.Each && !masked { // what stands above its answers tells what it is about
			all = append(all, printed)
			continue
		}
		about := p.maskedFor(p.current.About(m.Question.Flow, lang, m.Known))
		if !strings.HasSuffix(about, "?") && !strings.HasSuffix(about, "？") {
			about += ":"
		}
		if how != toldDigits && !masked {
			all = append(all, about, p.current.PrintedAnswers(m.Question.Flow, lang, m.First, m.Known))
			continue
		}
		for i := range m.answers {
			about += " " + strconv.Itoa(m.First+i)
		}
		all = append(all, about)
	}
	return all
}

func (p *playing) maskedFor(words string) string {
	if !p.tx.Conversation.Quiet {
		return words
	}
	return p.mask(words)
}
